/** Runs the command line: reads the arguments, opens the source of events, and prints them. */
import type { Writable } from 'node:stream';
import {
  defer,
  filter,
  fromEvent,
  identity,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  of,
  take,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import {
  hideFiltered,
  isConnectionEvent,
  MastodonApiError,
  MastodonError,
  MastodonNetworkError,
  type StreamEvent,
} from '../index.ts';
import { VERSION } from '../internal/version.ts';
import { readArguments, type Command } from './args.ts';
import { openDemo } from './demo.ts';
import { helpOf } from './help.ts';
import { jsonLine, printed } from './print.ts';
import { openReplay } from './replay.ts';
import { adviceOf, openServer, readServer, type Environment, type ServerConfig } from './server.ts';
import type { Source } from './source.ts';
import { oneLine, wrap } from './text.ts';
import { UsageError } from './usageError.ts';

/** A destination of text: a terminal, a pipe or a file. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything that a run reads and writes. */
export interface Surroundings {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdout: Output;
  /** Receives one sentence if something cannot be done. */
  readonly stderr: Output;
  /** Ends the run, with status 0. */
  readonly signal: AbortSignal;
}

/** Runs the command line; resolves with the exit status once everything is closed. */
export async function run(surroundings: Surroundings): Promise<number> {
  const { argv, env, stdout, stderr } = surroundings;
  const program = env['npm_lifecycle_event'] === 'start' ? 'npm start --' : 'mastodon-rx';
  let command: Command | undefined;
  let server: ServerConfig | undefined;
  try {
    command = readArguments(argv, program);
    if (command.show === 'help') stdout.write(helpOf(program));
    else if (command.show === 'version') stdout.write(`${VERSION}\n`);
    else {
      server = command.replay === undefined ? readServer(env) : undefined;
      checkDemoOptions(command, server);
      await show(command, server, surroundings);
    }
    await written(stdout);
    return 0;
  } catch (error) {
    if (isBrokenPipe(error)) return 0;
    stderr.write(`${oneLine(sentenceOf(error, command, server))}\n`);
    return 1;
  }
}

/** Opens the source and prints its events, until it ends or `signal` aborts. */
async function show(
  command: Command,
  server: ServerConfig | undefined,
  { env, stdout, stderr, signal }: Surroundings,
): Promise<void> {
  await using source = await open(command, server, env);
  const { json, count } = command;
  const config = { colour: wantsColour(env, stdout) };
  const print = (event: StreamEvent): string =>
    json ? jsonLine(event) : printed(event, { ...config, width: widthOf(stdout), now: new Date() });

  if (source.banner !== undefined) {
    // With --json, stdout has nothing but lines of JSON.
    const output = json ? stderr : stdout;
    output.write(`${wrap(source.banner, widthOf(output)).join('\n')}\n\n`);
  }

  const printed$ = source.events$.pipe(
    // JSON has the posts that filters hide, too, with the server's marks.
    json ? identity : hideFiltered(),
    takeServerEvents(count),
    map(print),
    filter((text) => text !== ''),
    tap((text) => stdout.write(text)),
    ignoreElements(),
  );
  const end$ = merge(
    aborted(signal).pipe(tap(() => stdout.isTTY === true && stdout.write('\n'))),
    broken(stdout),
  );
  await lastValueFrom(printed$.pipe(takeUntil(end$)), { defaultValue: undefined });
}

async function open(
  command: Command,
  server: ServerConfig | undefined,
  env: Environment,
): Promise<Source> {
  if (command.replay !== undefined) return openReplay(command.replay, command);
  return server ? openServer(server, command, env) : openDemo(command);
}

/** Completes after `count` events from the server; connection events do not count. */
const takeServerEvents =
  (count: number): MonoTypeOperatorFunction<StreamEvent> =>
  (events$) =>
    defer(() => {
      let remaining = count;
      return events$.pipe(takeWhile((event) => isConnectionEvent(event) || --remaining > 0, true));
    });

const aborted = (signal: AbortSignal): Observable<unknown> =>
  defer(() => (signal.aborted ? of(true) : fromEvent(signal, 'abort').pipe(take(1))));

/** Errors when the output fails. */
const broken = (output: Output): Observable<never> =>
  fromEvent(output, 'error').pipe(
    mergeMap((error) => throwError(() => outputError(error as NodeJS.ErrnoException))),
  );

/** Resolves once everything is written; rejects if that fails. */
const written = (output: Output): Promise<void> =>
  new Promise((resolve, reject) => {
    output.write('', (error) => (error ? reject(outputError(error)) : resolve()));
  });

const outputError = (error: NodeJS.ErrnoException): Error =>
  isBrokenPipe(error)
    ? error
    : new UsageError(`The output cannot be written (${error.code ?? error.name}).`);

/** Tells whether the reader has closed the pipe, as `| head` does. */
const isBrokenPipe = (error: unknown): boolean =>
  ['EPIPE', 'ERR_STREAM_DESTROYED'].includes((error as { code?: string } | undefined)?.code ?? '');

/**
 * Returns the width of the output in columns. Lines in a pipe are not wrapped: the program that reads them can do
 * that better.
 */
function widthOf({ isTTY, columns = 0 }: Output): number {
  if (isTTY !== true) return Infinity;
  return columns === 0 ? 80 : Math.max(columns, 24);
}

/** @see https://no-color.org and https://nodejs.org/api/cli.html#force_color1-2-3 */
function wantsColour({ NO_COLOR, FORCE_COLOR, TERM }: Environment, { isTTY }: Output): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY === true && !NO_COLOR && TERM !== 'dumb';
}

function checkDemoOptions({ seed, speed, replay }: Command, server?: ServerConfig): void {
  if (seed === undefined && speed === undefined) return;
  if (replay === undefined && !server) return;
  const instead = replay === undefined ? 'unset MASTODON_URL' : 'leave --replay out';
  throw new UsageError(`--seed and --speed are for the built-in demo: ${instead} to see it.`);
}

function sentenceOf(error: unknown, command?: Command, server?: ServerConfig): string {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof MastodonError)) {
    return `Unexpected error (${String(error)}): please report it.`;
  }
  if (error instanceof MastodonApiError && command && server) {
    const advice = adviceOf(error, server, command.timeline);
    if (advice !== undefined) return advice;
  }
  if (error instanceof MastodonNetworkError && command?.reconnect === false) {
    return `${error.message}: leave --no-reconnect out to retry.`;
  }
  return error.message.replace(/[.?]?$/, (end) => end || '.');
}
