// Exports the state of your home timeline to Prometheus: http://127.0.0.1:9464/metrics
//
//   npx tsx examples/prometheus.ts [PORT]
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTimelines, streamStats, type StreamStats } from 'mastodon-rx';
import { server } from './server.ts';

/** The numbers in Prometheus's text format. */
function exposition({ events, lag, reconnects, drops }: StreamStats): string {
  // A fork's event can have any name.
  const label = (text: string): string => JSON.stringify(text).replace(/\\u[\da-f]{4}/g, '?');
  return `${[
    '# TYPE mastodon_events_total counter',
    ...Object.entries(events).map(([type, n]) => `mastodon_events_total{type=${label(type)}} ${n}`),
    '# TYPE mastodon_reconnects_total counter',
    `mastodon_reconnects_total ${reconnects}`,
    '# TYPE mastodon_drops_total counter',
    `mastodon_drops_total ${drops}`,
    '# TYPE mastodon_lag_seconds summary',
    `mastodon_lag_seconds_sum ${lag.sum / 1_000}`,
    `mastodon_lag_seconds_count ${lag.count}`,
  ].join('\n')}\n`;
}

let newest: StreamStats | undefined;

createTimelines(await server())
  .user({ reconnect: true })
  .pipe(streamStats({ interval: 1_000 }))
  .subscribe((stats) => (newest = stats));

const metrics = createServer((request, response) => {
  if (request.url !== '/metrics') response.writeHead(404).end();
  else {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(newest ? exposition(newest) : '');
  }
}).listen(Number(process.argv[2] ?? 9464), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(metrics.address() as AddressInfo).port}/metrics`);
});
