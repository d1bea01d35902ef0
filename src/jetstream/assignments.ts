/** Assigns timelines to the ingesters of a group. */
import type { JetStreamClient } from '@nats-io/jetstream';
import { from, lastValueFrom, mergeMap, toArray } from 'rxjs';
import { checked, identityOf, readAssignment, type Assignment } from './assignment.ts';
import { jetStreamError } from './errors.ts';
import { checkName } from './fromJetStream.ts';
import { checkSubject } from './subjects.ts';
import { assignmentsIn, assignmentsUnder, STREAM, SUBJECT_PREFIX } from './names.ts';

/** Names a group of ingesters, and the stream that stores its assignments. */
export interface AssignmentsConfig {
  /**
   * The ingesters of one group share its assignments. Two groups stream the same timelines for redundancy;
   * JetStream stores each event once.
   * @defaultValue `'main'`
   */
  group?: string | undefined;
  /**
   * As in `setUpStreams`.
   * @defaultValue `'MASTODON'`
   */
  stream?: string | undefined;
  /**
   * As in `setUpStreams`.
   * @defaultValue `'mastodon'`
   */
  subjectPrefix?: string | undefined;
}

/** The names of a group's assignments in JetStream. */
export interface Queue {
  /** The stream of the assignments. */
  readonly name: string;
  /** The consumer that the group's ingesters share. */
  readonly consumer: string;
  readonly subjectOf: (assignment: Assignment) => string;
  /** The subjects of the group's assignments. */
  readonly filter: string;
}

/** The end of the subject that names an assignment's ingester; the message is empty if it was unassigned. */
export const HOLDER = '.holder';

export function queueOf({
  group = 'main',
  stream = STREAM,
  subjectPrefix = SUBJECT_PREFIX,
}: AssignmentsConfig): Queue {
  checkName('group', group);
  checkName('stream', stream);
  checkSubject('subjectPrefix', subjectPrefix);
  const above = assignmentsUnder(subjectPrefix);
  return {
    name: assignmentsIn(stream),
    consumer: `ingesters-${group}`,
    subjectOf: (assignment) => `${above}.${group}.${identityOf(assignment)}`,
    filter: `${above}.${group}.*.*.*`,
  };
}

/**
 * Assigns timelines to a group; one of its ingesters acquires each. A timeline that is already assigned does not
 * change.
 *
 * @returns The number of new assignments.
 * @throws `MastodonIllegalArgumentError` and {@link MastodonJetStreamError}, as rejections. The assignments before
 * a failed one are made; call it again for the others.
 */
export async function assignTimelines(
  js: JetStreamClient,
  assignments: Assignment | readonly Assignment[],
  config: AssignmentsConfig = {},
): Promise<number> {
  const { subjectOf } = queueOf(config);
  const all = listOf(assignments).map((assignment) => checked(assignment));
  const results = await inBatches(all, async (assignment) => {
    try {
      const expect = { lastSubjectSequence: 0 };
      await js.publish(subjectOf(assignment), JSON.stringify(assignment), { expect });
      return 1;
    } catch (error) {
      if (isThereAlready(error)) return 0;
      throw jetStreamError('JetStream did not store an assignment', error);
    }
  });
  return results.reduce<number>((sum, each) => sum + each, 0);
}

/**
 * Takes timelines from a group. The ingester that streams one releases it at once.
 *
 * @returns The number of assignments that existed.
 * @throws Like {@link assignTimelines}.
 */
export async function unassignTimelines(
  js: JetStreamClient,
  assignments: Assignment | readonly Assignment[],
  config: AssignmentsConfig = {},
): Promise<number> {
  const { subjectOf, name } = queueOf(config);
  const all = listOf(assignments).map((assignment) => checked(assignment));
  try {
    const { streams } = await js.jetstreamManager(false);
    const results = await inBatches(all, async (assignment) => {
      const subject = subjectOf(assignment);
      const { purged } = await streams.purge(name, { filter: subject });
      await js.publish(subject + HOLDER);
      return purged;
    });
    return results.reduce((sum, purged) => sum + purged, 0);
  } catch (error) {
    throw jetStreamError('JetStream did not remove an assignment', error);
  }
}

/**
 * Lists the assignments, acquired or not, in no particular order.
 *
 * @throws {@link MastodonJetStreamError} as a rejection.
 */
export async function listAssignments(
  js: JetStreamClient,
  config: AssignmentsConfig = {},
): Promise<Assignment[]> {
  const { name, filter } = queueOf(config);
  try {
    const manager = await js.jetstreamManager(false);
    const { state } = await manager.streams.info(name, { subjects_filter: filter });
    const messages = await inBatches(Object.keys(state.subjects ?? {}), (subject) =>
      manager.streams.getMessage(name, { last_by_subj: subject }),
    );
    return messages.flatMap((message) => (message && readAssignment(message.string())) ?? []);
  } catch (error) {
    throw jetStreamError('JetStream did not list the assignments', error);
  }
}

const listOf = <T>(values: T | readonly T[]): readonly T[] =>
  Array.isArray(values) ? (values as readonly T[]) : [values as T];

/** Runs a hundred at a time, so that ten thousand are not all requested at once. */
const inBatches = <T, R>(values: readonly T[], run: (value: T) => Promise<R>): Promise<R[]> =>
  lastValueFrom(from(values).pipe(mergeMap(run, 100), toArray()));

/** Tells whether an error means that the subject already has a message. */
const isThereAlready = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === WRONG_LAST_SEQUENCE;

/** The server's error code. */
const WRONG_LAST_SEQUENCE = 10071;
