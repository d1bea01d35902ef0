/** The examples of listeners, with a server in the environment. */
import { MastodonNetworkError, type StreamHandle } from 'mastodon-rx';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stage, withArguments } from '../helpers/stage.ts';

const closing = (...handles: StreamHandle[]): void => {
  for (const handle of handles) onTestFinished(handle.close);
};

const remote = { account: { acct: 'eve@there.example' } };

describe('with a server in the environment', () => {
  it('listener-basic.ts prints until the connection is lost, and throws that error', async () => {
    const { server, lines, printed } = await stage();
    const ended = import('../../examples/listener-basic.ts');
    const thrown = expect(ended).rejects.toThrow(MastodonNetworkError);
    await server.waitForConnections();
    const { id } = server.post({ account: { acct: 'ada' } });
    server.notify({ type: 'favourite', account: { acct: 'bob' } });
    server.remove(id);
    await printed(`${id} was deleted`);
    expect(lines).toEqual([`ada posted ${id}`, 'bob: favourite', `${id} was deleted`]);
    server.drop();
    await thrown;
  });

  it('listener-callbacks.ts prints local posts twice', async () => {
    const { server, lines, printed } = await stage();
    const { handle } = await import('../../examples/listener-callbacks.ts');
    closing(handle);
    await server.waitForConnections();
    const { id: ours } = server.post({ account: { acct: 'ada' } });
    const { id: theirs } = server.post(remote);
    await printed(`eve@there.example posted ${theirs}`);
    expect(lines).toEqual([
      `ada posted ${ours}`,
      'ada is one of us',
      `eve@there.example posted ${theirs}`,
    ]);
    server.end();
    await printed('Lost: The server ended the stream');
  });

  it('listener-reconnect.ts prints each loss, and ends with the handle', async () => {
    const { server, lines, printed } = await stage();
    const { handle } = await import('../../examples/listener-reconnect.ts');
    closing(handle);
    await printed('Connected');
    await server.waitForConnections();
    server.notify({ type: 'follow', account: { acct: 'ada' } });
    await printed('ada: follow');
    server.end();
    await printed('Lost: The server ended the stream');
    expect([handle.isAlive(), handle.isReceiving()]).toEqual([true, false]);
    handle.close();
    await printed('Closed');
    expect(lines.filter((line) => line !== 'Receiving' && line !== 'Waiting')).toEqual([
      'Connected',
      'ada: follow',
      'Lost: The server ended the stream',
      'Closed',
    ]);
  });

  it('listener-hashtag-and-list.ts distinguishes the two streams', async () => {
    const { server, printed } = await stage();
    withArguments('日本語', '43');
    server.addList('43', 'alice', ['bob']);
    const { handles } = await import('../../examples/listener-hashtag-and-list.ts');
    closing(...handles);
    await server.waitForConnections(2);
    const tags = [{ name: '日本語', url: 'https://here.example/tags/日本語' }];
    const { id: tagged } = server.post({ account: { acct: 'ada' }, tags });
    const { id: listed } = server.post({ account: { acct: 'bob' } });
    await printed(`hashtag 日本語: ada posted ${tagged}`);
    await printed(`list 43: bob posted ${listed}`);
  });

  it('listener-multi-stream.ts closes all streams with one handle', async () => {
    const { server, lines, printed } = await stage();
    const { handle } = await import('../../examples/listener-multi-stream.ts');
    closing(handle);
    await server.waitForConnections(3);
    server.post({ account: { acct: 'ada' } });
    server.notify();
    await printed('user: notification');
    await printed('public:local: update');
    expect([...lines].sort()).toEqual([
      'public:local: update',
      'user: notification',
      'user: update',
    ]);
    handle.close();
    await server.waitForDisconnections();
  });

  it('listener-health-gate.ts waits until the server is healthy', async () => {
    const { server, lines, printed } = await stage();
    server.health(false);
    const { handle } = await import('../../examples/listener-health-gate.ts');
    closing(handle);
    await printed('Waiting for the server');
    expect(server.connections).toEqual([]);
    server.health(true);
    await printed('The server is well');
    await server.waitForConnections();
    const { id } = server.post({ account: { acct: 'ada' } });
    await printed(`ada posted ${id}`);
    expect(lines.at(-2)).toBe('The server is well');
  });
});
