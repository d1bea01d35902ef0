import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './spec/helpers/countReporter.ts';

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const aliases = (platform: 'node' | 'browser') => [
  { find: '#diagnostics', replacement: source(`diagnostics/diagnostics.${platform}.ts`) },
  {
    find: '#guards',
    replacement: source(platform === 'node' ? 'guards.generated.ts' : 'guards.shape.ts'),
  },
  {
    find: '#http',
    replacement: source(platform === 'node' ? 'http/undici.ts' : 'http/fetch.ts'),
  },
  { find: '#websocket', replacement: source(`websocket/socket.${platform}.ts`) },
  { find: /^mastodon-rx$/, replacement: source('index.ts') },
  { find: /^mastodon-rx\/jetstream$/, replacement: source('jetstream/index.ts') },
  { find: /^mastodon-rx\/angular$/, replacement: source('angular/index.ts') },
  { find: /^mastodon-rx\/testing$/, replacement: source('testing/index.ts') },
];

/** The specs that go through `#http`: they run over undici, over fetch, and over a WebSocket. */
const transportSpecs = 'spec/transport/**/*.spec.ts';

/** Of these, what speaks of SSE itself. */
const sseSpecs = ['spec/transport/captures.spec.ts'];

/** What holds in browsers alone; undici's WebSocket stands in for theirs. */
const browserSpecs = 'spec/websocket/browser/**/*.spec.ts';

export default defineConfig({
  test: {
    reporters: ['default', new CountReporter()],
    projects: [
      {
        resolve: { alias: aliases('node') },
        test: {
          name: 'node',
          include: ['spec/**/*.spec.ts'],
          exclude: [browserSpecs],
          typecheck: { enabled: true, include: ['spec/**/*.spec-d.ts'], tsconfig: 'tsconfig.json' },
        },
      },
      {
        resolve: { alias: aliases('browser') },
        test: {
          name: 'fetch',
          include: [transportSpecs, browserSpecs],
          setupFiles: ['spec/helpers/browserWebSocket.ts'],
        },
      },
      {
        resolve: { alias: aliases('node') },
        test: {
          name: 'websocket',
          include: [transportSpecs],
          exclude: sseSpecs,
          env: { TRANSPORT: 'websocket' },
        },
      },
    ],
  },
});
