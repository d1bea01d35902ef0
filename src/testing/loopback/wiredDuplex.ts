import { type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type Wire } from '../wire.ts';

/** Sends the bytes that `ws` writes through the stream's wire, which can hold them back or slow them down. */
export class WiredDuplex extends Duplex {
  readonly #socket: Socket;
  readonly #wire: Wire;

  constructor(socket: Socket, wire: Wire) {
    super();
    this.#socket = socket;
    this.#wire = wire;
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', () => undefined);
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#wire.write(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#wire.step(() => this.#socket.end());
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
