import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './spec/helpers/countReporter.ts';

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const aliases = (http: string) => [
  { find: '#http', replacement: source(`http/${http}.ts`) },
  { find: /^mastodon-rx$/, replacement: source('index.ts') },
  { find: /^mastodon-rx\/testing$/, replacement: source('testing/index.ts') },
];

/** The specs that go through `#http`: they run over undici and, once more, over fetch. */
const transportSpecs = 'spec/transport/**/*.spec.ts';

export default defineConfig({
  test: {
    reporters: ['default', new CountReporter()],
    projects: [
      {
        resolve: { alias: aliases('undici') },
        test: {
          name: 'node',
          include: ['spec/**/*.spec.ts'],
          typecheck: { enabled: true, include: ['spec/**/*.spec-d.ts'], tsconfig: 'tsconfig.json' },
        },
      },
      {
        resolve: { alias: aliases('fetch') },
        test: { name: 'fetch', include: [transportSpecs] },
      },
    ],
  },
});
