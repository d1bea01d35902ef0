import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from 'vitest/config';
import { CHROMIUM, LAUNCH } from './spec/browser/chromium.ts';
import { TRUSTED_KEY } from './spec/browser/trusted.ts';
import { CountReporter } from './spec/helpers/countReporter.ts';

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const aliases = (platform: 'node' | 'browser') => [
  { find: '#clock', replacement: source(`platform/clock.${platform}.ts`) },
  { find: '#diagnostics', replacement: source(`diagnostics/diagnostics.${platform}.ts`) },
  {
    find: '#guards',
    replacement: source(`decode/guards/guards.${platform === 'node' ? 'generated' : 'shape'}.ts`),
  },
  {
    find: '#http',
    replacement: source(platform === 'node' ? 'http/undici.ts' : 'http/fetch.ts'),
  },
  { find: '#platform', replacement: source(`platform/capabilities.${platform}.ts`) },
  { find: '#websocket', replacement: source(`transport/websocket/socket.${platform}.ts`) },
  { find: /^mastodon-rx$/, replacement: source('index.ts') },
  { find: /^mastodon-rx\/entities$/, replacement: source('entities.ts') },
  { find: /^mastodon-rx\/jetstream$/, replacement: source('jetstream/index.ts') },
  { find: /^mastodon-rx\/angular$/, replacement: source('angular/index.ts') },
  {
    find: /^mastodon-rx\/angular\/testing$/,
    replacement: source('angular/testing/index.ts'),
  },
  { find: /^mastodon-rx\/testing$/, replacement: source('testing/index.ts') },
  { find: /^mastodon-rx\/testing\/memory$/, replacement: source('testing/memory/index.ts') },
];

/** The specs that go through `#http`: they run over undici, over fetch, and over a WebSocket. */
const transportSpecs = 'spec/overEachTransport/**/*.spec.ts';

/** Of these, what speaks of SSE itself. */
const sseSpecs = ['spec/overEachTransport/captures.spec.ts'];

/** What holds in browsers alone; undici's WebSocket stands in for theirs. */
const browserSpecs = 'spec/transport/websocket/browser/**/*.spec.ts';

/** What a busy machine takes for what is done in a second elsewhere, in ms. What hangs, hangs that long. */
const PATIENCE = { testTimeout: 30_000, hookTimeout: 60_000 };

/**
 * A Chromium that looks at certificates: vitest's own takes any. It is told to trust the key of one, as
 * a system trusts its authorities.
 */
const provider = playwright({
  launchOptions: {
    ...LAUNCH,
    args: [...LAUNCH.args, `--ignore-certificate-errors-spki-list=${TRUSTED_KEY}`],
  },
});
const { providerFactory } = provider;
provider.providerFactory = (project) =>
  Object.assign(providerFactory(project), { getContextOptions: () => ({}) });

/** The same over a real browser's fetch, or its WebSocket; Node is across a bridge. */
const chromium = (
  name: string,
  test: NonNullable<TestProjectInlineConfiguration['test']>,
): TestProjectInlineConfiguration => ({
  resolve: {
    alias: aliases('browser').filter(
      ({ replacement }) => !replacement.endsWith('testing/index.ts'),
    ),
  },
  plugins: [bridged],
  optimizeDeps: { include: ['buffer', 'eventsource-parser', 'io-ts', 'rxjs', 'rxjs/testing'] },
  test: {
    ...PATIENCE, // each call to Node goes through the browser's own process, and those are many
    ...test,
    name,
    fileParallelism: false,
    globalSetup: 'spec/browser/bridge.ts',
    setupFiles: ['spec/browser/setup.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider,
      instances: [{ browser: 'chromium', name: `in ${name}` }],
    },
  },
});

const BRIDGED =
  /^(?:(?:node:|mastodon-rx\/)?(?=\w+$)|.*\/helpers\/)(events|fs|https|inNode|net|testing|undici|util)(?:\.ts)?$/;

/** What a page cannot import is across the bridge. */
const bridged: Plugin = {
  name: 'bridged',
  enforce: 'pre',
  resolveId(id) {
    if (this.environment.name !== 'client') return undefined; // vitest's own side of the project
    const name = BRIDGED.exec(id)?.[1];
    return name && fileURLToPath(new URL(`./spec/browser/node/${name}.ts`, import.meta.url));
  },
};

/** Angular as if whoever imports it were in that folder; what Angular itself imports it finds there. */
const angularFrom = (folder: string): Plugin => ({
  name: 'angular-from',
  enforce: 'pre',
  resolveId(id) {
    if (!/^(?:@angular\/|zone\.js)/.test(id)) return undefined;
    return this.resolve(id, `${folder}package.json`, { skipSelf: true });
  },
});

const chromiumProjects =
  CHROMIUM === undefined
    ? []
    : [
        chromium('chromium', { include: [transportSpecs] }),
        chromium('chromium-websocket', {
          include: [transportSpecs, browserSpecs],
          exclude: sseSpecs,
          env: { TRANSPORT: 'websocket' },
        }),
      ];
if (CHROMIUM === undefined) {
  console.log('No Chromium is found: the specs that run in it are left out.');
}

/** Other Angulars than the one of package.json. */
const angularVersions = 'spec/angular/versions';
const versionSpec = `${angularVersions}/version.spec.ts`;

/** The specs of spec/angular on each of them, where it is installed (`.ci/run` does it). */
const angularProjects = ['20', '22'].flatMap((version): TestProjectInlineConfiguration[] => {
  const folder = fileURLToPath(new URL(`./${angularVersions}/${version}/`, import.meta.url));
  if (!existsSync(`${folder}node_modules/@angular/core`)) {
    console.log(
      `Angular ${version} is not installed (npm ci --prefix ${angularVersions}/${version})`,
    );
    return [];
  }
  return [
    {
      resolve: { alias: aliases('node') },
      plugins: [angularFrom(folder)],
      test: {
        ...PATIENCE,
        name: `angular ${version}`,
        include: ['spec/angular/*.spec.ts', versionSpec],
        env: { ANGULAR: version },
      },
    },
  ];
});

export default defineConfig({
  test: {
    reporters: ['default', new CountReporter()],
    maxWorkers: 2, // on two cores vitest would take one
    projects: [
      {
        resolve: { alias: aliases('node') },
        test: {
          ...PATIENCE,
          name: 'node',
          include: ['spec/**/*.spec.ts'],
          exclude: [browserSpecs, versionSpec, '**/node_modules/**'],
          typecheck: { enabled: true, include: ['spec/**/*.spec-d.ts'], tsconfig: 'tsconfig.json' },
        },
      },
      {
        resolve: { alias: aliases('browser') },
        test: {
          ...PATIENCE,
          name: 'fetch',
          include: [transportSpecs, browserSpecs],
          setupFiles: ['spec/helpers/browserWebSocket.ts'],
        },
      },
      {
        resolve: { alias: aliases('node') },
        test: {
          ...PATIENCE,
          name: 'websocket',
          include: [transportSpecs],
          exclude: sseSpecs,
          env: { TRANSPORT: 'websocket' },
        },
      },
      ...angularProjects,
      ...chromiumProjects,
    ],
  },
});
