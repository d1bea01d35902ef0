// Faults of the fake Mastodon. Shown in docs/04-testing.md.
import { startFakeMastodon } from 'mastodon-rx/testing';

const server = await startFakeMastodon({ heartbeatInterval: 1_000 });

server.end(); // a clean end of every open stream
server.drop(); // a bare FIN in the middle of the body, like a killed server
server.reset(); // RST
server.stall(); // silence; resume() ends it
server.failNext(429, { 'retry-after': '30' });
server.delayHeaders(Infinity);
server.throttle({ bytes: 1, every: 10 }); // a byte every 10 ms
server.write('event: update\ndata: {no json\n\n');
server.revoke(server.token); // the streams end cleanly, and the next request gets a 401
await server.restart();
await server.close();
