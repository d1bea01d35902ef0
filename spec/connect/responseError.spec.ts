import { describe, expect, it } from 'vitest';
import { errorFor } from '../../src/connect/responseError.ts';

const request = { url: new URL('https://mastodon.example/api/v1/streaming/list'), headers: {} };

const messageOf = (status: number, words?: string): string =>
  errorFor(request, { status, headers: {} }, words).message;

describe('errorFor', () => {
  it.each([
    [
      'a token',
      'Invalid access token',
      'mastodon.example rejected the access token (401): Invalid access token',
    ],
    ['a token, without a message', undefined, 'mastodon.example rejected the access token (401)'],
    [
      'a scope',
      'Access token does not have the required scopes',
      'mastodon.example rejected the request: the access token lacks a scope (401): Access token does not have the required scopes',
    ],
    [
      'a scope, up to Mastodon 4.3',
      'Error: Access token does not cover required scopes',
      'mastodon.example rejected the request: the access token lacks a scope (401): Error: Access token does not cover required scopes',
    ],
    [
      'a list',
      'Not authorized to stream this list',
      'mastodon.example does not let this account stream this list (401): Not authorized to stream this list',
    ],
  ])('recognizes a 401 that rejects %s by the server’s message', (_what, words, message) => {
    expect(messageOf(401, words)).toBe(message);
  });

  it.each([
    [403, 'mastodon.example rejected the request (403)'],
    [404, 'mastodon.example has nothing at /api/v1/streaming/list (404)'],
    [429, 'mastodon.example rate-limited this client (429)'],
    [503, 'mastodon.example responded with a server error (503)'],
  ])('describes a %d', (status, message) => {
    expect(messageOf(status)).toBe(message);
  });
});
