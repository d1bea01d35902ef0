/** What may stand at the end of a pipe beside an operator. */
import type { Observable, OperatorFunction, UnaryFunction } from 'rxjs';

/** Makes of a source something that is no Observable: `toListener` does, and ends the pipe with it. */
export type PipeEnd<T, R> = UnaryFunction<Observable<T>, R>;

declare module 'rxjs/internal/Observable' {
  interface Observable<T> {
    // `pipe` returns whatever its last function does. RxJS 7's types say so only of operators, those of
    // RxJS 8 of any function; these are the latter's.
    pipe<R>(end: PipeEnd<T, R>): R;
    pipe<A, R>(op1: OperatorFunction<T, A>, end: PipeEnd<A, R>): R;
    pipe<A, B, R>(op1: OperatorFunction<T, A>, op2: OperatorFunction<A, B>, end: PipeEnd<B, R>): R;
    pipe<A, B, C, R>(
      op1: OperatorFunction<T, A>,
      op2: OperatorFunction<A, B>,
      op3: OperatorFunction<B, C>,
      end: PipeEnd<C, R>,
    ): R;
    pipe<A, B, C, D, R>(
      op1: OperatorFunction<T, A>,
      op2: OperatorFunction<A, B>,
      op3: OperatorFunction<B, C>,
      op4: OperatorFunction<C, D>,
      end: PipeEnd<D, R>,
    ): R;
    pipe<A, B, C, D, E, R>(
      op1: OperatorFunction<T, A>,
      op2: OperatorFunction<A, B>,
      op3: OperatorFunction<B, C>,
      op4: OperatorFunction<C, D>,
      op5: OperatorFunction<D, E>,
      end: PipeEnd<E, R>,
    ): R;
    pipe<A, B, C, D, E, F, R>(
      op1: OperatorFunction<T, A>,
      op2: OperatorFunction<A, B>,
      op3: OperatorFunction<B, C>,
      op4: OperatorFunction<C, D>,
      op5: OperatorFunction<D, E>,
      op6: OperatorFunction<E, F>,
      end: PipeEnd<F, R>,
    ): R;
    pipe<A, B, C, D, E, F, G, R>(
      op1: OperatorFunction<T, A>,
      op2: OperatorFunction<A, B>,
      op3: OperatorFunction<B, C>,
      op4: OperatorFunction<C, D>,
      op5: OperatorFunction<D, E>,
      op6: OperatorFunction<E, F>,
      op7: OperatorFunction<F, G>,
      end: PipeEnd<G, R>,
    ): R;
    pipe<A, B, C, D, E, F, G, H, R>(
      op1: OperatorFunction<T, A>,
      op2: OperatorFunction<A, B>,
      op3: OperatorFunction<B, C>,
      op4: OperatorFunction<C, D>,
      op5: OperatorFunction<D, E>,
      op6: OperatorFunction<E, F>,
      op7: OperatorFunction<F, G>,
      op8: OperatorFunction<G, H>,
      end: PipeEnd<H, R>,
    ): R;
  }
}
