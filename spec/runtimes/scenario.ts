/**
 * A bot in any runtime: a stream that is lost, reconnects, catches up, and is unsubscribed from; and an unknown
 * token. The spec controls the server by these reports.
 */
import type * as Library from 'mastodon-rx';

/** Runs it once. Resolves when both streams have ended. */
export async function scenario(
  { createTimelines, MastodonError }: typeof Library,
  config: Pick<Library.TimelinesConfig, 'baseUrl' | 'accessToken' | 'transport'>,
  report: (line: readonly unknown[]) => void,
): Promise<void> {
  const timelines = createTimelines({ ...config, closeDelay: 1 });
  await new Promise<void>((resolve) => {
    const subscription = timelines
      .public({ reconnect: { delay: 100, jitter: false }, catchUp: true })
      .subscribe({
        next: (event) => {
          const { type } = event;
          if (type === 'update') report([type, event.payload.content, event.recovered === true]);
          else report([type]);
          if (type !== 'delete') return;
          subscription.unsubscribe();
          resolve();
        },
        error: (error: unknown) => {
          report(['error', error instanceof MastodonError, String(error)]);
          resolve();
        },
      });
  });
  await new Promise<void>((resolve) => {
    createTimelines({ ...config, accessToken: 'nobody', closeDelay: 1 })
      .public()
      .subscribe({
        error: (error: unknown) => {
          report(['refused', error instanceof MastodonError, String(error)]);
          resolve();
        },
      });
  });
  report(['done']);
}
