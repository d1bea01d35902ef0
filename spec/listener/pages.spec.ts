import { readFileSync } from 'node:fs';
import { STREAM_EVENTS } from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import { HANDLER_NAMES } from '../../src/listener/handlerNames.ts';

const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');

describe.each([['listener-classes'], ['porting-from-mastodon-py']])('docs/%s.md', (name) => {
  it.each(HANDLER_NAMES.map((handler) => [handler]))('names %s', (handler) => {
    expect(page(name)).toMatch(new RegExp(`\\b${handler}\\b`));
  });
});

describe('docs/listener-classes.md', () => {
  it.each(STREAM_EVENTS.map((event) => [event]))('names the event %s', (event) => {
    expect(page('listener-classes')).toContain(`\`${event}\``);
  });
});

describe('docs/porting-from-mastodon-py.md', () => {
  it.each([
    ...['user', 'public', 'local', 'hashtag', 'list', 'direct', 'healthy'].map(
      (s) => `stream_${s}`,
    ),
    ...['update', 'status_update', 'notification', 'delete', 'filters_changed'].map(
      (s) => `on_${s}`,
    ),
    ...['conversation', 'announcement', 'announcement_reaction'].map((s) => `on_${s}`),
    ...['announcement_delete', 'encrypted_message', 'abort', 'any_event'].map((s) => `on_${s}`),
    ...['on_unknown_event', 'handle_heartbeat', 'run_async', 'timeout', 'reconnect_async'],
    ...['reconnect_async_wait_sec', 'close', 'is_alive', 'is_receiving', 'NOTIFICATION_TYPES'],
    ...['STREAM_EVENTS', 'update_handler', 'local_update_handler', 'delete_handler'],
    ...['notification_handler', 'conversation_handler', 'unknown_event_handler'],
    ...['status_update_handler', 'filters_changed_handler', 'announcement_handler'],
    ...['announcement_reaction_handler', 'announcement_delete_handler', 'encryted_message_handler'],
    ...['MastodonError', 'MastodonNetworkError', 'MastodonReadTimeout', 'MastodonAPIError'],
    ...['MastodonUnauthorizedError', 'MastodonNotFoundError', 'MastodonRatelimitError'],
    ...['MastodonServerError', 'MastodonMalformedEventError', 'MastodonIllegalArgumentError'],
  ])('names Mastodon.py’s %s', (name) => {
    const [table = ''] = page('porting-from-mastodon-py').split('\n## ');
    expect(table).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
