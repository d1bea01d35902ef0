/**
 * Decides which URLs may be requested. This file and redirects.ts decide which servers may receive the token.
 */
import { check } from '../config/check.ts';

/** Reads a URL that the user gave; throws `MastodonIllegalArgumentError` if it is not acceptable. */
export function serverUrlOf(name: string, value: unknown, allowInsecure: boolean): URL {
  const text = value instanceof URL ? value.href : value;
  const url = typeof text === 'string' ? parseServerUrl(text) : undefined;
  // The message does not repeat the text: people paste URLs with tokens in them.
  check(url !== undefined, `${name} must be an http(s) URL, like 'https://mastodon.social'`);
  check(
    url.username === '' && url.password === '' && url.search === '' && url.hash === '',
    `${name} must have no user name, password, query or fragment: accessToken has the token`,
  );
  check(
    mayCarryToken(url, allowInsecure),
    `${name} is plain http, where the token can be read on the way: use https, or set allowInsecure`,
  );
  return url;
}

/** Reads a URL as people and servers write it, as `https://host/prefix`; undefined if it is not one. */
export function parseServerUrl(text: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(text.trim().replace(/^ws(s?):/i, 'http$1:'));
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  // Some servers and many people give the endpoint's own URL.
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/api\/v1\/streaming$/, '');
  return url;
}

/** Tells whether the token may be sent to a URL: over https, to this machine, or because `allowInsecure` is set. */
export const mayCarryToken = (url: URL, allowInsecure: boolean): boolean =>
  url.protocol === 'https:' || allowInsecure || isLoopback(url);

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d+){3}$/.test(hostname);

/** Returns the URL of `path` below an address. */
export const urlBelow = (address: URL, path: string): URL =>
  new URL(address.pathname.replace(/\/+$/, '') + path, address);
