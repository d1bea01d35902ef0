import { inject, InjectionToken, Injector, NgZone, runInInjectionContext } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import * as t from 'io-ts';
import { createTimelines, MastodonIllegalArgumentError } from 'mastodon-rx';
import { injectTimelines, provideTimelines, TIMELINES } from 'mastodon-rx/angular';
import { firstValueFrom, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { IN_BROWSER, ON_SERVER } from '../helpers/angular.ts';
import { fake } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

const injected = () => TestBed.runInInjectionContext(() => injectTimelines());

describe('injectTimelines', () => {
  it('returns the client of provideTimelines, the same at each call', async () => {
    const server = await fake();
    const config = { baseUrl: server.url, streamingUrl: server.url, accessToken: server.token };
    TestBed.configureTestingModule({ providers: [IN_BROWSER, provideTimelines(config)] });
    const recording = record(injected().user());
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');
    expect(injected()).toBe(injected());
    expect(await injected().isHealthy()).toBe(true);

    recording.unsubscribe();
    await server.waitForDisconnections();
  });

  it('creates the client from a function, which can inject, at the first call', async () => {
    const server = await fake();
    const BASE_URL = new InjectionToken('the server', { factory: () => server.url });
    const config = vi.fn(() => ({ baseUrl: inject(BASE_URL), accessToken: server.token }));
    TestBed.configureTestingModule({ providers: [IN_BROWSER, provideTimelines(config)] });
    TestBed.inject(Injector);
    expect(config).not.toHaveBeenCalled();
    record(injected().public());
    injected();
    await server.waitForConnections();
    expect(config).toHaveBeenCalledTimes(1);
  });

  it('returns the client of a component’s or a route’s own providers', async () => {
    const [one, other] = [await fake(), await fake()];
    const provided = ({ url }: typeof one) => provideTimelines({ baseUrl: url, streamingUrl: url });
    TestBed.configureTestingModule({ providers: [IN_BROWSER, provided(one)] });
    const injector = Injector.create({
      parent: TestBed.inject(Injector),
      providers: [provided(other)],
    });
    record(injected().public());
    record(runInInjectionContext(injector, () => injectTimelines()).public());
    await Promise.all([one.waitForRequests(), other.waitForRequests()]);
    expect([one.requests.length, other.requests.length]).toEqual([1, 1]);
  });

  it('returns the client that a test provides', () => {
    const timelines = createTimelines({ baseUrl: 'https://mastodon.example' });
    TestBed.configureTestingModule({ providers: [{ provide: TIMELINES, useValue: timelines }] });
    expect(injected()).toBe(timelines);
  });

  it('returns every method and property of the client', () => {
    const config = { baseUrl: 'https://mastodon.example' };
    for (const platform of [IN_BROWSER, ON_SERVER]) {
      TestBed.resetTestingModule();
      TestBed.configureTestingModule({ providers: [platform, provideTimelines(config)] });
      expect(Object.keys(injected())).toEqual(Object.keys(createTimelines(config)));
    }
  });

  it('has the types of custom events', () => {
    const events = { emoji_reaction: t.type({ name: t.string }) };
    TestBed.configureTestingModule({
      providers: [IN_BROWSER, provideTimelines({ baseUrl: 'https://mastodon.example', events })],
    });
    TestBed.runInInjectionContext(() => {
      const timelines = injectTimelines<typeof events>();
      timelines
        .user()
        .subscribe({
          next: (event) => {
            if (event.type === 'emoji_reaction') event.payload.name.trim();
          },
        })
        .unsubscribe();
    });
  });

  it('throws for an invalid config at the first call', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER, provideTimelines({ baseUrl: '' })] });
    expect(injected).toThrow(MastodonIllegalArgumentError);
  });

  it('returns streams that request older pages', async () => {
    const server = await fake();
    const { id } = server.post();
    const config = { baseUrl: server.url, accessToken: server.token };
    TestBed.configureTestingModule({ providers: [IN_BROWSER, provideTimelines(config)] });
    const page = await firstValueFrom(injected().user().older(undefined));
    expect(page.items.map((post) => post.id)).toEqual([id]);
    expect(() => injected().public().older(undefined, { limit: 0 })).toThrow(
      MastodonIllegalArgumentError,
    );
  });

  it('needs a provider, and an injection context', () => {
    TestBed.configureTestingModule({});
    expect(injected).toThrow(/NG0201.*Timelines of mastodon-rx/s);
    expect(() => injectTimelines()).toThrow('NG0203');
  });
});

describe('during server-side rendering', () => {
  it('nothing is opened, emitted, completed or failed', async () => {
    const server = await fake();
    TestBed.configureTestingModule({
      providers: [ON_SERVER, provideTimelines({ baseUrl: server.url, accessToken: server.token })],
    });
    const timelines = injected();
    const seen: unknown[] = [];
    const tell = (what: string) => () => seen.push(what);
    const observer = { next: tell('next'), error: tell('error'), complete: tell('complete') };
    const streams: Observable<unknown>[] = [
      timelines.user({ reconnect: true, catchUp: true }),
      timelines.userNotification(),
      timelines.public({ local: true }),
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- it must do as little
      timelines.local(),
      timelines.hashtag('rxjs'),
      timelines.list('42'),
      timelines.direct(),
      timelines.channel({ name: 'public:bubble', path: 'public/bubble' }),
      timelines.healthy$,
      timelines.user().older(undefined),
    ];
    for (const stream$ of streams) stream$.subscribe(observer);
    await expect(timelines.isHealthy()).rejects.toThrow(
      'Not available during server-side rendering',
    );

    // Requests of the subscriptions above would have arrived before this one's response.
    await fetch(`${server.url}/api/v1/streaming/health`);
    expect(server.requests).toHaveLength(1);
    expect(seen).toEqual([]);
  });

  it('invalid arguments are rejected, too', () => {
    TestBed.configureTestingModule({
      providers: [ON_SERVER, provideTimelines({ baseUrl: 'https://mastodon.example' })],
    });
    expect(() => injected().hashtag('')).toThrow(MastodonIllegalArgumentError);
    expect(() => injected().public({ timeout: -1 })).toThrow(MastodonIllegalArgumentError);
  });
});

describe('in a zoneless app', () => {
  it('events do not enter a zone', async () => {
    const server = await fake();
    TestBed.configureTestingModule({
      providers: [IN_BROWSER, provideTimelines({ baseUrl: server.url, accessToken: server.token })],
    });
    const run = vi.spyOn(TestBed.inject(NgZone), 'run');
    await record(injected().public()).until(1);
    expect(run).not.toHaveBeenCalled();
  });
});
