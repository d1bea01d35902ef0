/** Checks the options of streams, and fills in the defaults. A wrong option throws `MastodonIllegalArgumentError`. */
import type { Cursor } from '../model/events.ts';
import { controlsNetwork } from '#platform';
import { check, checkCount, checkId, checkKeys, checkOneOf, checkWait, isRecord } from './check.ts';
import { CATCH_UP_DEFAULTS, RECONNECT_DEFAULTS, STREAM_DEFAULTS } from './defaults.ts';
import type {
  BackfillConfig,
  CatchUpConfig,
  ReconnectConfig,
  ResolvedCatchUpConfig,
  ResolvedReconnectConfig,
  ResolvedStreamConfig,
  StreamDefaults,
  TimelinesConfig,
} from './options.ts';

/** Fills in the defaults of a stream. */
export function resolveStreamConfig(
  config: StreamDefaults,
  defaults: ResolvedStreamConfig = STREAM_DEFAULTS,
): ResolvedStreamConfig {
  checkKeys('option', config, Object.keys(STREAM_DEFAULTS));
  const resolved = { ...defaults, ...withoutUndefined(config) };
  checkOneOf('transport', resolved.transport, ['auto', 'sse', 'websocket']);
  checkWait('timeout', resolved.timeout, Infinity);
  checkWait('connectTimeout', resolved.connectTimeout, Infinity);
  checkReading(resolved);
  if (resolved.reconnect !== false) resolveReconnectConfig(resolved.reconnect);
  if (resolved.catchUp !== false) resolveCatchUpConfig(resolved.catchUp);
  checkBackfill(resolved.backfill);
  return resolved;
}

/** Fills in the defaults of the options of `sse()` and `decodeEvents()`. */
export function resolveReadingConfig(
  config: Pick<StreamDefaults, 'maxEventLength' | 'onMalformed'>,
): Pick<ResolvedStreamConfig, 'maxEventLength' | 'onMalformed'> {
  const { maxEventLength, onMalformed } = STREAM_DEFAULTS;
  checkKeys('option', config, ['maxEventLength', 'onMalformed']);
  const resolved = { maxEventLength, onMalformed, ...withoutUndefined(config) };
  checkReading(resolved);
  return resolved;
}

function checkReading({
  maxEventLength,
  onMalformed,
}: Pick<ResolvedStreamConfig, 'maxEventLength' | 'onMalformed'>): void {
  checkOneOf('onMalformed', onMalformed, ['error', 'emit']);
  checkCount('maxEventLength', maxEventLength, 'UTF-16 code units', 1);
}

/** Fills in the defaults of `catchUp`; `true` takes them all. */
export function resolveCatchUpConfig(config: true | CatchUpConfig): ResolvedCatchUpConfig {
  if (config === true) return CATCH_UP_DEFAULTS;
  check(isRecord(config), 'catchUp must be true, false or an object');
  checkKeys('option of catchUp', config, Object.keys(CATCH_UP_DEFAULTS));
  const resolved = { ...CATCH_UP_DEFAULTS, ...withoutUndefined(config) };
  checkCount('catchUp.maxItems', resolved.maxItems, 'items', 1);
  checkOneOf('catchUp.prefer', resolved.prefer, ['oldest', 'newest']);
  checkWait('catchUp.timeout', resolved.timeout);
  return resolved;
}

function checkBackfill(backfill: number | BackfillConfig): void {
  const isNumber = typeof backfill === 'number';
  check(isNumber || isRecord(backfill), 'backfill must be a number, or an object by kind');
  const counts = isNumber ? {} : backfill;
  checkKeys('kind in backfill', counts, ['status', 'notification', 'conversation']);
  for (const count of isNumber ? [backfill] : Object.values(counts)) {
    if (count !== undefined) checkCount('backfill', count, 'items', 0);
  }
}

/** Reads `resumeFrom` for a stream of these kinds. */
export function resolveResumeFrom(
  resumeFrom: string | Cursor | undefined,
  kinds: readonly string[],
  unlisted: readonly string[] = [],
): Cursor | undefined {
  if (resumeFrom === undefined) return undefined;
  const [kind, ...others] = kinds;
  check(kind !== undefined, 'resumeFrom: no REST timeline is known for this stream');
  const cursor: unknown = typeof resumeFrom === 'string' ? { [kind]: resumeFrom } : resumeFrom;
  check(
    typeof resumeFrom !== 'string' || others.length === 0,
    `resumeFrom: this stream has ids of several kinds: { ${kinds.map((each) => `${each}: id`).join(', ')} }`,
  );
  check(isRecord(cursor), 'resumeFrom must be an id, or an object of ids by kind');
  checkKeys('kind in resumeFrom', cursor, [...kinds, ...unlisted]);
  for (const [name, id] of Object.entries(cursor)) {
    checkId(`resumeFrom: the id of ${name}`, id);
  }
  return Object.fromEntries(Object.entries(cursor).filter(([name]) => kinds.includes(name)));
}

/** Picks the stream's options from the client's. */
export function pickStreamConfig(config: StreamDefaults): StreamDefaults {
  const given = Object.entries(config).filter(([name]) => name in STREAM_DEFAULTS);
  return Object.fromEntries(given);
}

/** The shortest fixed wait of `reconnect`, in ms: anything below is a number of seconds or of tries. */
const MIN_FIXED_WAIT = 100;

/** Fills in the defaults of `reconnect`; `true` takes them all, a number is a fixed wait in ms. */
export function resolveReconnectConfig(
  config: true | number | ReconnectConfig,
): ResolvedReconnectConfig {
  if (config === true) return RECONNECT_DEFAULTS;
  if (typeof config === 'number') {
    checkWait('reconnect', config);
    check(
      config >= MIN_FIXED_WAIT,
      `reconnect is in ms: ${config} s are ${config * 1_000}. For ${config} ms write { delay: ${config} }, for ${config} tries { count: ${config} }`,
    );
    return { ...RECONNECT_DEFAULTS, delay: config, maxDelay: config, factor: 1, jitter: false };
  }
  check(isRecord(config), 'reconnect must be true, false, a number of ms or an object');
  checkKeys('option of reconnect', config, Object.keys(RECONNECT_DEFAULTS));
  const resolved = { ...RECONNECT_DEFAULTS, ...withoutUndefined(config) };
  checkWait('reconnect.delay', resolved.delay);
  checkWait('reconnect.maxDelay', resolved.maxDelay);
  check(
    Number.isFinite(resolved.factor) && resolved.factor >= 1,
    'reconnect.factor must be at least 1',
  );
  check(
    typeof resolved.jitter === 'boolean' || typeof resolved.jitter === 'function',
    'reconnect.jitter must be true, false or a function',
  );
  const { count, stableAfter } = resolved;
  if (count !== Infinity) checkCount('reconnect.count', count, 'retries', 0);
  if (stableAfter !== Infinity) checkWait('reconnect.stableAfter', stableAfter, 0);
  return resolved;
}

/** Checks the options of a client's WebSockets, before the code that uses them is loaded. */
export function checkSocketConfig({
  tokenIn,
  closeDelay,
}: Pick<TimelinesConfig, 'tokenIn' | 'closeDelay'>): void {
  if (tokenIn !== undefined) checkOneOf('tokenIn', tokenIn, ['header', 'subprotocol', 'query']);
  check(
    tokenIn !== 'header' || controlsNetwork,
    "tokenIn: 'header' is for Node: leave it out in a browser",
  );
  if (closeDelay !== undefined) checkWait('closeDelay', closeDelay, 0);
}

/** Leaves out the options that are `undefined`: they have their default. */
function withoutUndefined<T extends object>(
  config: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}
