/** The engine's streams, as the rest of this folder expects them. */
import type { JetStreamClient, JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { check, checkKeys } from '../config/check.ts';
import { jetStreamError } from './errors.ts';
import { checkName } from './fromJetStream.ts';
import { nanos } from './nanos.ts';
import {
  assignmentsIn,
  assignmentsUnder,
  deadLettersIn,
  deadLettersUnder,
  STREAM,
  SUBJECT_PREFIX,
} from './names.ts';
import { checkSubject } from './subjects.ts';

/** The options of {@link setUpStreams}. */
export interface SetUpStreamsConfig {
  /**
   * The name of the stream of events; assignments and dead letters are in `NAME_ASSIGNMENTS` and `NAME_DEAD`.
   * @defaultValue `'MASTODON'`
   */
  stream?: string | undefined;
  /**
   * The first tokens of the subjects of events; assignments are under `SUBJECT-assignments`, dead letters
   * under `SUBJECT-dead`.
   * @defaultValue `'mastodon'`
   */
  subjectPrefix?: string | undefined;
  /**
   * On how many engines of a cluster everything is: 1, 3 or 5.
   * @defaultValue `1`
   */
  replicas?: number | undefined;
  /**
   * How long events and dead letters are kept, in ms; `Infinity`: until `maxBytes` are reached.
   * @defaultValue 7 days
   */
  maxAge?: number | undefined;
  /**
   * How many bytes of events are kept, the newest; `Infinity`: as many as there are.
   * @defaultValue `Infinity`
   */
  maxBytes?: number | undefined;
  /**
   * How long a message's id is remembered, in ms, and repetitions are not stored.
   * @defaultValue 10 min
   */
  duplicateWindow?: number | undefined;
  /**
   * Where the engine keeps it.
   * @defaultValue `'file'`
   */
  storage?: 'file' | 'memory' | undefined;
}

/**
 * Makes the three streams that this entry works with, or brings those that are there in line: events,
 * assignments, dead letters. Whoever has streams of their own needs none of it but
 * a `duplicate_window` above `timeout`.
 *
 * @throws `MastodonIllegalArgumentError` and {@link MastodonJetStreamError}, as rejections.
 */
export async function setUpStreams(
  js: JetStreamClient,
  config: SetUpStreamsConfig = {},
): Promise<void> {
  checkConfig(config);
  const {
    stream = STREAM,
    subjectPrefix: subject = SUBJECT_PREFIX,
    replicas = 1,
    storage = 'file',
  } = config;
  const { maxAge = 7 * DAY, maxBytes = Infinity, duplicateWindow = 10 * MINUTE } = config;
  const age = maxAge === Infinity ? 0 : nanos(maxAge);
  const all = { storage, num_replicas: replicas };
  // No message may be forgotten sooner than its id.
  const window = maxAge < duplicateWindow ? age : nanos(duplicateWindow);

  try {
    const manager = await js.jetstreamManager(false);
    await put(manager, {
      ...all,
      name: stream,
      subjects: [`${subject}.>`],
      max_age: age,
      max_bytes: maxBytes === Infinity ? -1 : maxBytes,
      duplicate_window: window,
      allow_direct: true,
    });
    await put(manager, {
      ...all,
      name: assignmentsIn(stream),
      subjects: [`${assignmentsUnder(subject)}.>`],
      // An assignment and its holder, each once.
      max_msgs_per_subject: 1,
    });
    await put(manager, {
      ...all,
      name: deadLettersIn(stream),
      subjects: [`${deadLettersUnder(subject)}.>`],
      max_age: age,
      duplicate_window: window,
    });
  } catch (error) {
    throw jetStreamError('The engine did not set up its streams', error);
  }
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function put(
  { streams }: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> {
  const { name } = config;
  const isThere = await streams.info(name).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && error.name === 'StreamNotFoundError') return false;
      throw error;
    },
  );
  if (isThere) await streams.update(name, config);
  else await streams.add(config);
}

function checkConfig(config: SetUpStreamsConfig): void {
  checkKeys('option of setUpStreams', config, [
    ...['stream', 'subjectPrefix', 'replicas', 'maxAge', 'maxBytes', 'duplicateWindow', 'storage'],
  ]);
  const { stream, subjectPrefix: subject, replicas = 1, maxAge = 1_000, maxBytes = 1 } = config;
  const { duplicateWindow = 1_000, storage = 'file' } = config;
  if (stream !== undefined) checkName('stream', stream);
  if (subject !== undefined) checkSubject('subjectPrefix', subject);
  check(
    Number.isInteger(replicas) && replicas > 0 && replicas <= 5,
    'replicas must be a whole number from 1 to 5',
  );
  check(maxAge >= 1_000, 'maxAge must be a number of ms of at least 1,000, or Infinity');
  check(maxBytes > 0, 'maxBytes must be a number of bytes above 0, or Infinity');
  check(
    duplicateWindow >= 1_000 && duplicateWindow < Infinity,
    'duplicateWindow must be a number of ms of at least 1,000',
  );
  check(['file', 'memory'].includes(storage), "storage must be 'file' or 'memory'");
}
