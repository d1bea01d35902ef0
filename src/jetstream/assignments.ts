/** The other side of the ingesters: what they shall stream. */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { checked, readAssignment, subjectOfAssignment, type Assignment } from './assignment.ts';
import { jetStreamError } from './errors.ts';
import { checkName } from './fromJetStream.ts';
import { assignmentsIn, assignmentsUnder, STREAM } from './names.ts';
import { SUBJECT_PREFIX } from './names.ts';

/** Which queue of assignments. */
export interface AssignmentsConfig {
  /**
   * Ingesters of one group share its assignments; those of two groups stream the same twice, of which the
   * engine stores one: that is redundancy.
   * @defaultValue `'main'`
   */
  group?: string | undefined;
  /**
   * As `setUpStreams` was told.
   * @defaultValue `'MASTODON'`
   */
  stream?: string | undefined;
  /**
   * As `setUpStreams` was told.
   * @defaultValue `'mastodon'`
   */
  subjectPrefix?: string | undefined;
}

/** The queue's names in the engine. */
export interface Queue {
  readonly group: string;
  /** The stream of the assignments. */
  readonly name: string;
  readonly subjectOf: (assignment: Assignment) => string;
  /** Everything of the group. */
  readonly filter: string;
}

export function queueOf({
  group = 'main',
  stream = STREAM,
  subjectPrefix: subject = SUBJECT_PREFIX,
}: AssignmentsConfig): Queue {
  checkName('group', group);
  const above = assignmentsUnder(subject);
  return {
    group,
    name: assignmentsIn(stream),
    subjectOf: (assignment) => subjectOfAssignment(above, group, assignment),
    filter: `${above}.${group}.>`,
  };
}

/**
 * Puts timelines into the queue, from which an ingester with room takes each. One that is assigned already
 * stays as it is.
 *
 * @returns How many were new.
 * @throws `MastodonIllegalArgumentError` and {@link MastodonJetStreamError}, as rejections. Assignments before
 * the one that failed are made; it can be called again.
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
      await js.publish(subjectOf(assignment), JSON.stringify(assignment));
      return 1;
    } catch (error) {
      if (isThereAlready(error)) return 0;
      throw jetStreamError('The engine did not take an assignment', error);
    }
  });
  return results.reduce<number>((sum, each) => sum + each, 0);
}

/**
 * Takes timelines out of the queue. Whoever streams one ends it within the ingester's `lease`.
 *
 * @returns How many were there.
 * @throws As {@link assignTimelines}.
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
    const results = await inBatches(all, (assignment) =>
      streams.purge(name, { filter: subjectOf(assignment) }),
    );
    return results.reduce((sum, { purged }) => sum + purged, 0);
  } catch (error) {
    throw jetStreamError('The engine did not take an assignment back', error);
  }
}

/**
 * Lists what is assigned, taken or not, in no particular order.
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
    const subjects = await subjectsIn(manager, name, filter);
    // A work queue can be read by its consumer alone; but it can be asked.
    const messages = await inBatches([...subjects], (subject) =>
      manager.streams.getMessage(name, { last_by_subj: subject }),
    );
    return messages.flatMap((message) => (message && readAssignment(message.string())) ?? []);
  } catch (error) {
    throw jetStreamError('The engine did not list its assignments', error);
  }
}

/** Which assignments there are, by their subjects. */
export async function subjectsIn(
  { streams }: JetStreamManager,
  name: string,
  filter: string,
): Promise<ReadonlySet<string>> {
  const { state } = await streams.info(name, { subjects_filter: filter });
  return new Set(Object.keys(state.subjects ?? {}));
}

const listOf = <T>(values: T | readonly T[]): readonly T[] =>
  Array.isArray(values) ? (values as readonly T[]) : [values as T];

/** Some at a time, so that ten thousand do not all stand before the engine at once. */
async function inBatches<T, R>(values: readonly T[], run: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += BATCH) {
    results.push(...(await Promise.all(values.slice(start, start + BATCH).map(run))));
  }
  return results;
}

const BATCH = 100;

/** `discard_new_per_subject`: the subject has its one message. */
const isThereAlready = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('maximum messages per subject exceeded');
