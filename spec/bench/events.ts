/** The replayed events: the recorded posts again and again, each with its own id. */
import { capturedEntities } from '../helpers/entities.ts';

/** Recorded `update` payloads as JSON, those of a usual size. */
const posts: readonly string[] = capturedEntities()
  .filter(({ event, file }) => event === 'update' && file.endsWith('.raw.http'))
  .map(({ payload }) => JSON.stringify(payload))
  .filter((json) => json.length < 5_000);

/** The number of posts before they repeat. */
const VARIETY = 540;

/** One event as Mastodon writes it: `event`, `data`, a blank line. */
export const sseOf = (data: string): Buffer => Buffer.from(`event: update\ndata: ${data}\n\n`);

/** The JSON of `VARIETY` posts. */
export const statuses = (): string[] =>
  Array.from({ length: VARIETY }, (_, n) => {
    const post = JSON.parse(posts[n % posts.length] ?? '') as Record<string, unknown>;
    return JSON.stringify({ ...post, id: String(117_000_000_000_000_000n + BigInt(n)) });
  });

/** A post whose JSON has about `bytes` bytes. */
export function statusOfSize(bytes: number): string {
  const post = JSON.parse(posts[0] ?? '') as { account: object };
  const bare = JSON.stringify({ ...post, content: '' });
  return JSON.stringify({ ...post, content: 'a'.repeat(Math.max(0, bytes - bare.length)) });
}
