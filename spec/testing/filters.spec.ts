/** Filters of an account: the fake marks matching posts like the real server, and drops none. */
import {
  hideFiltered,
  type Status,
  type StreamEvent,
  type Timelines,
  type TimelineStream,
} from 'mastodon-rx';
import { firstValueFrom, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fake, fromServer, timelinesOf } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

describe.each(['sse', 'websocket'] as const)('filters over %s', (transport) => {
  async function opened(streamOf: (timelines: Timelines) => Observable<StreamEvent>) {
    const server = await fake();
    const timelines: Timelines = timelinesOf(server, { transport });
    const recording = record(streamOf(timelines));
    await server.waitForConnections();
    const next = async (content: string): Promise<Status> => {
      const { id } = server.post({ content });
      await recording.until(({ payload }) => (payload as { id?: string } | undefined)?.id === id);
      return fromServer(recording.values).at(-1)?.[1] as Status;
    };
    return { server, timelines, next };
  }

  const user = (timelines: Timelines) => timelines.user();

  it('mark the matching posts of the account, and no others', async () => {
    const { server, next } = await opened(user);
    const id = server.addFilter({ keywords: ['cats', 'dogs'], filter_action: 'hide' });
    expect((await next('<p>Rain</p>')).filtered).toEqual([]);
    expect((await next('<p>My <b>Cats</b></p>')).filtered).toEqual([
      {
        filter: { id, title: 'cats', context: ['home'], filter_action: 'hide', expires_at: null },
        ...{ keyword_matches: ['cats'], status_matches: null },
      },
    ]);
    server.removeFilter(id);
    expect((await next('<p>cats</p>')).filtered).toEqual([]);
  });

  it('belong to one account, until they expire', async () => {
    const { server, next } = await opened(user);
    server.addFilter({ keywords: ['cats'] }, 'bob');
    server.addFilter({ keywords: ['cats'], expires_at: '2020-01-01T00:00:00.000Z' });
    expect((await next('<p>cats</p>')).filtered).toEqual([]);
  });

  it('do not mark with "blur" on public streams, like Mastodon', async () => {
    const { server, next } = await opened((timelines) => timelines.public());
    server.addFilter({ keywords: ['cats'], filter_action: 'blur', context: ['public'] });
    const [result] = (await next('<p>cats</p>')).filtered ?? [];
    expect(result?.filter).not.toHaveProperty('filter_action');
  });

  it('mark posts in the pages of REST, so that hideFiltered() hides them there, too', async () => {
    const { server, timelines } = await opened(user);
    server.addFilter({ keywords: ['cats'], filter_action: 'hide' });
    server.post({ content: '<p>cats</p>' });
    const { id } = server.post({ content: '<p>Rain</p>' });
    const stream = timelines.user().pipe(hideFiltered());
    const { items } = await firstValueFrom((stream as TimelineStream).older(undefined));
    expect(items.map((post) => post.id)).toEqual([id]);
  });
});
