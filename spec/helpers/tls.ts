/** Servers with TLS on loopback. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A certificate of spec/fixtures, with its key: `loopback` is self-signed, `trusted` is accepted by the specs' Chromium. */
export const certificate = (name: 'loopback' | 'trusted' = 'loopback') => ({
  key: readFileSync(new URL(`../fixtures/${name}.key.pem`, import.meta.url)),
  cert: readFileSync(new URL(`../fixtures/${name}.cert.pem`, import.meta.url)),
});

/** Starts a server with that certificate; it is closed with its connections when the test ends. */
export async function tlsServer(
  answer?: RequestListener,
  name?: 'loopback' | 'trusted',
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(certificate(name), answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
