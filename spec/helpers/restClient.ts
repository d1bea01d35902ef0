/** A client whose REST API is lists of ids by kind: synchronous, without sockets. */
import { fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { of, throwError } from 'rxjs';
import { userChannel } from '../../src/connect/channels.ts';
import type { Client } from '../../src/connect/client.ts';
import { fixedDiscovery } from '../../src/connect/discovery.ts';
import type { HttpRequest } from '../../src/http/http.ts';
import { MastodonNetworkError } from '../../src/model/errors.ts';
import type { CatchUpContext } from '../../src/policies/catchUp/context.ts';
import type { Kind } from '../../src/policies/catchUp/eventPosition.ts';
import { policyOf } from '../../src/policies/catchUp/policy.ts';
import { TimelinePosition } from '../../src/policies/catchUp/timelinePosition.ts';
import { STREAM_DEFAULTS } from '../../src/config/defaults.ts';
import type { ResolvedStreamConfig } from '../../src/config/options.ts';
import type { Cursor } from '../../src/model/events.ts';

/** The ids of a timeline in ascending order; the status of a refusal; or that the server cannot be reached. */
export type Timeline = readonly number[] | 403 | 404 | 'unreachable';

/** The timelines of an account; absent ones are empty. */
export type Timelines = Partial<Record<'status' | 'notification', Timeline>>;

/** The context of a `user` stream over such an API, and the queries of its requests. */
export function restContext(
  timelines: Timelines,
  config: Partial<Pick<ResolvedStreamConfig, 'catchUp' | 'backfill'>> = {},
  resumeFrom?: Cursor,
): CatchUpContext & { readonly queries: string[] } {
  const baseUrl = new URL('https://mastodon.example');
  const queries: string[] = [];
  const client: Client = {
    ...{ baseUrl, allowInsecure: false, authorization$: of({}) },
    discovery: fixedDiscovery(baseUrl),
    http: ({ url }: HttpRequest) => {
      const kind: Kind = url.pathname.endsWith('/home') ? 'status' : 'notification';
      queries.push(`${kind}${url.search}`);
      const timeline = timelines[kind] ?? [];
      if (timeline === 'unreachable') return throwError(() => new MastodonNetworkError('away'));
      const status = typeof timeline === 'number' ? timeline : 200;
      const ids = typeof timeline === 'number' ? [] : pageOf(timeline, url.searchParams);
      const items = ids.map((id) => itemOf(kind, String(id)));
      const body = new TextEncoder().encode(JSON.stringify(items));
      return of({ status, headers: {}, url, body: of(body) });
    },
  };
  const policy = policyOf(
    userChannel,
    { ...STREAM_DEFAULTS, catchUp: true, ...config },
    resumeFrom,
    () => 'sse',
  );
  const position = new TimelinePosition(resumeFrom);
  return { client, channel: userChannel, policy, position, queries };
}

const itemOf = (kind: Kind, id: string): unknown =>
  kind === 'status' ? fakeStatus({ id }) : fakeNotification({ id });

/** Pages like Mastodon: `min_id` counts from the oldest, the others from the newest; the newest come first. */
function pageOf(ids: readonly number[], query: URLSearchParams): number[] {
  const limit = Number(query.get('limit'));
  const above = Number(query.get('min_id') ?? query.get('since_id') ?? 0);
  const below = Number(query.get('max_id') ?? Infinity);
  const found = ids.filter((id) => id > above && id < below);
  return (query.has('min_id') ? found.slice(0, limit) : found.slice(-limit)).reverse();
}
