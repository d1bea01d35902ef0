/** Divides assignments among numbered processes by a stable hash. */
import { createHash } from 'node:crypto';
import { check, checkKeys } from '../config/check.ts';
import { identityOf, type Assignment } from './assignment.ts';

/** The number of this process, and the number of all. */
export interface ShardConfig {
  /** The number of this process, from 0. */
  index: number;
  /** The number of processes. */
  count: number;
}

/**
 * Returns the predicate of the assignments that process `index` of `count` has to stream, for `filter`. Each
 * assignment belongs to one process, by a hash of its instance, timeline and credential that is the same in
 * all releases of this library. When `count` grows by one, an even share moves to the new process, and
 * nothing moves between the others.
 *
 * ```ts
 * const index = Number(process.env['SHARD_INDEX']); // systemd: SHARD_INDEX=%i in ingester@.service
 * runIngester(js, { credentials, assignments: assignments.filter(shard({ index, count: 3 })) });
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if `count` is not a whole number from 1 to 65,536, or `index` not
 * one from 0 to `count - 1`.
 */
export function shard(config: ShardConfig): (assignment: Assignment) => boolean {
  checkKeys('option of shard', config, ['index', 'count']);
  const { index, count } = config;
  check(
    Number.isInteger(count) && count > 0 && count <= MAX_COUNT,
    `count must be a whole number from 1 to ${MAX_COUNT}`,
  );
  check(
    Number.isInteger(index) && index >= 0 && index < count,
    `index must be a whole number from 0 to ${count - 1}, count - 1`,
  );
  return (assignment) => bucketOf(identityOf(assignment), count) === index;
}

const MAX_COUNT = 65_536;

/**
 * Jump consistent hashing: the last number below `count` to which the key jumps.
 * @see https://arxiv.org/abs/1406.2294
 */
function bucketOf(key: string, count: number): number {
  let state = createHash('sha256').update(key).digest().readBigUInt64BE();
  let bucket = 0;
  let next = 0;
  while (next < count) {
    bucket = next;
    state = BigInt.asUintN(64, state * 2_862_933_555_777_941_757n + 1n);
    next = Math.floor((bucket + 1) * (2 ** 31 / Number((state >> 33n) + 1n)));
  }
  return bucket;
}
