/** Creates the streams of JetStream that the rest of this folder expects. */
import type { JetStreamClient } from '@nats-io/jetstream';
import { check, checkKeys, checkOneOf } from '../config/check.ts';
import { jetStreamError, orIfMissing } from './errors.ts';
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
   * The first tokens of the subjects of events; assignments are under `PREFIX-assignments`, dead letters
   * under `PREFIX-dead`.
   * @defaultValue `'mastodon'`
   */
  subjectPrefix?: string | undefined;
  /**
   * The number of servers of a cluster that store everything: 1, 3 or 5.
   * @defaultValue `1`
   */
  replicas?: number | undefined;
  /**
   * The time for which events and dead letters are kept, in ms; with `Infinity`, until `maxBytes` is reached.
   * @defaultValue 7 days
   */
  maxAge?: number | undefined;
  /**
   * The number of bytes of newest events to keep; with `Infinity`, all.
   * @defaultValue `Infinity`
   */
  maxBytes?: number | undefined;
  /**
   * The time within which a message's id is stored once, in ms.
   * @defaultValue 10 min
   */
  duplicateWindow?: number | undefined;
  /**
   * The medium that the server stores it on.
   * @defaultValue `'file'`
   */
  storage?: 'file' | 'memory' | undefined;
}

/**
 * Creates the three streams of this entry, or updates those that exist: events, assignments, dead letters.
 * A stream of events of your own works as well if its `duplicate_window` is above `timeout`.
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
    subjectPrefix = SUBJECT_PREFIX,
    replicas = 1,
    storage = 'file',
  } = config;
  const { maxAge = 7 * DAY, maxBytes = Infinity, duplicateWindow = 10 * MINUTE } = config;
  const age = maxAge === Infinity ? 0 : nanos(maxAge);
  // An id must not be remembered for longer than its message: the server rejects that.
  const window = maxAge < duplicateWindow ? age : nanos(duplicateWindow);
  const kept = { max_age: age, duplicate_window: window };
  const streamConfigs = [
    {
      name: stream,
      subjects: [`${subjectPrefix}.>`],
      max_bytes: maxBytes === Infinity ? -1 : maxBytes,
      allow_direct: true,
      ...kept,
    },
    {
      name: assignmentsIn(stream),
      subjects: [`${assignmentsUnder(subjectPrefix)}.>`],
      // An assignment and its holder, each once.
      max_msgs_per_subject: 1,
    },
    { name: deadLettersIn(stream), subjects: [`${deadLettersUnder(subjectPrefix)}.>`], ...kept },
  ];

  try {
    const { streams } = await js.jetstreamManager(false);
    for (const { name, ...others } of streamConfigs) {
      const streamConfig = { name, ...others, storage, num_replicas: replicas };
      await orIfMissing(streams.update(name, streamConfig), () => streams.add(streamConfig));
    }
  } catch (error) {
    throw jetStreamError('JetStream did not set up its streams', error);
  }
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function checkConfig(config: SetUpStreamsConfig): void {
  checkKeys('option of setUpStreams', config, [
    ...['stream', 'subjectPrefix', 'replicas', 'maxAge', 'maxBytes', 'duplicateWindow', 'storage'],
  ]);
  const { stream, subjectPrefix, replicas = 1, maxAge = 1_000, maxBytes = 1 } = config;
  const { duplicateWindow = 1_000, storage = 'file' } = config;
  if (stream !== undefined) checkName('stream', stream);
  if (subjectPrefix !== undefined) checkSubject('subjectPrefix', subjectPrefix);
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
  checkOneOf('storage', storage, ['file', 'memory']);
}
