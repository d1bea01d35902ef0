/** Serves the instance documents, from which clients read the streaming host. */
import type { Exchange } from './exchange.ts';

/**
 * The response to a request for an instance document: the document, a status with an error, an HTML page, no
 * response, or the result of a function of the document.
 */
export type FakeInstanceResponse =
  'default' | 'html' | 'stall' | number | ((document: Record<string, unknown>) => unknown);

export interface InstanceConfig {
  readonly version: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A `ws:` or `wss:` URL; `null` if the documents have none. */
  readonly streamingUrl: string | null;
}

const DESCRIPTION = 'A Mastodon that is none, for tests';

export function instanceV2({
  version,
  url,
  streamingUrl,
}: InstanceConfig): Record<string, unknown> {
  return {
    domain: new URL(url).host,
    title: 'Fake Mastodon',
    version,
    source_url: 'https://github.com/mastodon/mastodon',
    description: DESCRIPTION,
    usage: { users: { active_month: 2 } },
    thumbnail: { url: `${url}/preview.png` },
    icon: [],
    languages: ['en'],
    configuration: {
      urls: { ...(streamingUrl === null ? {} : { streaming: streamingUrl }), status: null },
      accounts: { max_featured_tags: 10, max_pinned_statuses: 5 },
      statuses: {
        max_characters: 500,
        max_media_attachments: 4,
        characters_reserved_per_url: 23,
      },
      polls: {
        max_options: 4,
        max_characters_per_option: 50,
        min_expiration: 300,
        max_expiration: 2_629_746,
      },
      translation: { enabled: false },
      timelines_access: {
        live_feeds: { local: 'public', remote: 'public' },
        hashtag_feeds: { local: 'public', remote: 'public' },
      },
    },
    registrations: { enabled: false, approval_required: false, message: null, url: null },
    api_versions: { mastodon: 7 },
    contact: { email: 'admin@fake.example', account: null },
    rules: [],
  };
}

export function instanceV1({
  version,
  url,
  streamingUrl,
}: InstanceConfig): Record<string, unknown> {
  return {
    uri: new URL(url).host,
    title: 'Fake Mastodon',
    short_description: DESCRIPTION,
    description: DESCRIPTION,
    email: 'admin@fake.example',
    version,
    urls: streamingUrl === null ? {} : { streaming_api: streamingUrl },
    stats: { user_count: 2, status_count: 0, domain_count: 1 },
    thumbnail: `${url}/preview.png`,
    languages: ['en'],
    registrations: false,
    approval_required: false,
    invites_enabled: false,
    configuration: {
      statuses: {
        max_characters: 500,
        max_media_attachments: 4,
        characters_reserved_per_url: 23,
      },
    },
    contact_account: null,
    rules: [],
  };
}

export function respondInstance(
  { response }: Exchange,
  document: Record<string, unknown>,
  how: FakeInstanceResponse,
): void {
  if (how === 'stall') return;
  if (how === 'html') {
    const headers = { 'Content-Type': 'text/html; charset=utf-8' };
    response.send(200, headers, '<!DOCTYPE html><title>Fake Mastodon</title>');
    return;
  }
  const status = typeof how === 'number' ? how : 200;
  const body =
    typeof how === 'number' ? { error: 'Not Found' } : how === 'default' ? document : how(document);
  const headers = { 'Content-Type': 'application/json; charset=utf-8' };
  response.send(status, headers, JSON.stringify(body));
}
