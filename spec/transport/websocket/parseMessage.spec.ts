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
    ['a number, which stays raw', '{"stream":["user"],"event":"update","payload":1}', '1'],
    [
      'a number that JavaScript would round, digit for digit',
      '{"stream":["user"],"event":"update","payload":117420000000000001}',
      '117420000000000001',
    ],
    [
      'such a number that is not the last',
      '{"payload":117420000000000001,"stream":["user"],"event":"update"}',
      '117420000000000000',
    ],
    ['true', '{"stream":["user"],"event":"update","payload":true}', 'true'],
    ['null', '{"stream":["user"],"event":"update","payload":null}', 'null'],
    [
      'an object that is not wrapped',
      '{"stream":["user"],"event":"update","payload":{"a":1}}',
      '{"a":1}',
    ],
    ['nothing, as SSE has it', '{"stream":["user"],"event":"update"}', 'undefined'],
    ['an empty text', '{"stream":["user"],"event":"update","payload":""}', ''],
  ])('reads %s', (_what, text, data) => {
    expect(readMessage(text)).toEqual(event(['user'], 'update', data));
  });

  it.each([
    ['a tag', '["hashtag","Café"]', ['hashtag', 'Café']],
    ['a list that is a number', '["list",4242]', ['list', '4242']],
    ['no text', '7', undefined],
    ['objects, which have no text', '["user",{"toString":1},null]', ['user', '', '']],
    [
      'lists, which end the stack',
      `["user",${'['.repeat(9_000)}${']'.repeat(9_000)}]`,
      ['user', ''],
    ],
  ])('reads a label with %s', (_what, label, stream) => {
    expect(readMessage(`{"stream":${label},"event":"delete","payload":"1"}`)).toEqual(
      event(stream, 'delete', '1'),
    );
  });

  it('tells of a payload that is nested too deep to be written that it is unreadable', () => {
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

  it('reads errors, with their status where there is one', () => {
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
    ['with a label that is none', '{"stream":[}],"event":"update"', undefined, undefined],
    ['no JSON at all', 'hello', undefined, undefined],
    ['a list', '[]', undefined, undefined],
    ['null', 'null', undefined, undefined],
    ['a number', '5', undefined, undefined],
    ['an object of another kind', '{"hello":1}', undefined, undefined],
    ['an error that is no text', '{"error":{}}', undefined, undefined],
    ['empty', '', undefined, undefined],
  ])('tells of a message that is %s as much as its beginning does', (_what, raw, stream, name) => {
    expect(readMessage(raw)).toEqual({ type: 'unreadable', stream, event: name, raw });
  });
});
