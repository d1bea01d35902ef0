import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/transport/websocket/parseMessage.ts';

const event = (stream: readonly string[] | undefined, name: string | undefined, data: string) => ({
  type: 'event',
  stream,
  event: name,
  data,
});

describe('readMessage', () => {
  it.each([
    [
      'an entity',
      '{"stream":["user"],"event":"update","payload":"{\\"id\\":\\"1\\"}"}',
      '{"id":"1"}',
    ],
    [
      'an id',
      '{"stream":["user"],"event":"update","payload":"117420000000000001"}',
      '117420000000000001',
    ],
    ['a number, which stays text', '{"stream":["user"],"event":"update","payload":1}', '1'],
    [
      'a number that JavaScript would round, digit for digit',
      '{"stream":["user"],"event":"update","payload":117420000000000001}',
      '117420000000000001',
    ],
    [
      'such a number before other members, rounded',
      '{"payload":117420000000000001,"stream":["user"],"event":"update"}',
      '117420000000000000',
    ],
    ['true', '{"stream":["user"],"event":"update","payload":true}', 'true'],
    ['null', '{"stream":["user"],"event":"update","payload":null}', 'null'],
    [
      'a payload object that is not encoded as text',
      '{"stream":["user"],"event":"update","payload":{"a":1}}',
      '{"a":1}',
    ],
    ['an absent payload, like SSE’s', '{"stream":["user"],"event":"update"}', 'undefined'],
    ['an empty text', '{"stream":["user"],"event":"update","payload":""}', ''],
  ])('reads a payload with %s', (_what, text, data) => {
    expect(readMessage(text)).toEqual(event(['user'], 'update', data));
  });

  it.each([
    ['a tag', '["hashtag","Café"]', ['hashtag', 'Café']],
    ['a list that is a number', '["list",4242]', ['list', '4242']],
    ['a number instead of a list', '7', undefined],
    ['objects, whose text is empty', '["user",{"toString":1},null]', ['user', '', '']],
    [
      'lists so deep that they exceed the stack',
      `["user",${'['.repeat(9_000)}${']'.repeat(9_000)}]`,
      ['user', ''],
    ],
  ])('reads a label with %s', (_what, label, stream) => {
    expect(readMessage(`{"stream":${label},"event":"delete","payload":"1"}`)).toEqual(
      event(stream, 'delete', '1'),
    );
  });

  it('returns an unreadable message if a payload is nested too deep to be encoded', () => {
    const raw = `{"stream":["user"],"event":"update","payload":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    expect(readMessage(raw)).toEqual({
      type: 'unreadable',
      stream: ['user'],
      event: 'update',
      raw,
    });
  });

  it('reads an event without a label, or without a name', () => {
    expect(readMessage('{"event":"delete","payload":"1"}')).toEqual(
      event(undefined, 'delete', '1'),
    );
    expect(readMessage('{"stream":["user"],"payload":"1"}')).toEqual(
      event(['user'], undefined, '1'),
    );
    expect(readMessage('{"stream":["user"],"event":"","payload":"1"}')).toEqual(
      event(['user'], undefined, '1'),
    );
    expect(readMessage('{"stream":["user"],"event":5,"payload":"1"}')).toEqual(
      event(['user'], undefined, '1'),
    );
  });

  it('reads errors, with their status if they have one', () => {
    expect(readMessage('{"error":"Unknown stream type","status":400}')).toEqual({
      type: 'error',
      error: 'Unknown stream type',
      status: 400,
    });
    expect(readMessage('{"error":"Error unsubscribing from channel"}')).toEqual({
      type: 'error',
      error: 'Error unsubscribing from channel',
      status: undefined,
    });
  });

  it.each([
    ['cut in the payload', '{"stream":["user"],"event":"update","payload":"{', ['user'], 'update'],
    [
      'cut in the name',
      '{"stream":["hashtag","日本語"],"event":"upd',
      ['hashtag', '日本語'],
      undefined,
    ],
    ['cut in the label', '{"stream":["us', undefined, undefined],
    ['with a malformed label', '{"stream":[}],"event":"update"', undefined, undefined],
    ['not JSON', 'hello', undefined, undefined],
    ['a list', '[]', undefined, undefined],
    ['null', 'null', undefined, undefined],
    ['a number', '5', undefined, undefined],
    ['an object without error and event', '{"hello":1}', undefined, undefined],
    ['an error that is not text', '{"error":{}}', undefined, undefined],
    ['empty', '', undefined, undefined],
  ])(
    'returns stream and name of an unreadable message from its beginning: %s',
    (_what, raw, stream, name) => {
      expect(readMessage(raw)).toEqual({ type: 'unreadable', stream, event: name, raw });
    },
  );
});
