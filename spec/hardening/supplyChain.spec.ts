/** The contents of the package, its dependencies, and their sources. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder } from '../helpers/programs.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

type Versions = Readonly<Record<string, string>>;

interface Package {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly peerDependencies: Versions;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly scripts: Versions;
}

interface Locked extends Partial<Package> {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const manifest = JSON.parse(read('package.json')) as Package;
const locked = (JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> })
  .packages;

const RUNTIME = ['eventsource-parser', 'fp-ts', 'io-ts', 'undici'];

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));

describe('the dependencies', () => {
  it('are these four and no others, without dependencies of their own', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(RUNTIME);
    const installed = Object.entries(locked).filter(
      ([path, { dev }]) => path !== '' && dev !== true,
    );
    expect(installed.map(([path]) => path)).toEqual(RUNTIME.map((name) => `node_modules/${name}`));
  });

  it('run no script while they are installed', () => {
    for (const name of RUNTIME) {
      expect(locked[`node_modules/${name}`]?.hasInstallScript).toBeUndefined();
    }
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
    ).toEqual([]);
  });

  it('are rxjs as a peer, and optional peers', () => {
    const needed = Object.keys(manifest.peerDependencies).filter(
      (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
    );
    expect(needed).toEqual(['rxjs']);
  });

  it('are all that the source imports, except Node’s own modules and optional peers', () => {
    const imported = new Set(
      sources.flatMap((name) =>
        [
          ...read(`src/${name}`).matchAll(/\b(?:from|import)[ (]'((?:node:|@?[a-z])[\w@/.:-]*)'/g),
        ].map(([, specifier]) => specifier!),
      ),
    );
    const packages = [...imported]
      .filter((specifier) => !specifier.startsWith('node:'))
      .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0]);
    const known = [...RUNTIME, ...Object.keys(manifest.peerDependencies)];
    expect(packages.filter((name) => !known.includes(name))).toEqual([]);
    expect(packages).toContain('undici');
  });
});

describe('the peers', () => {
  /** Returns the output of npm for an app with these packages, of which only the manifests exist. */
  function install(packages: Versions): string {
    const app = folder();
    const write = (name: string, content: object): string => {
      const path = join(app, 'packages', name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'package.json'), JSON.stringify(content));
      return `file:${path}`;
    };
    const { peerDependencies, peerDependenciesMeta } = manifest;
    const library = {
      name: 'mastodon-rx',
      version: '1.0.0',
      peerDependencies,
      peerDependenciesMeta,
    };
    const others = Object.entries(packages).map(([name, version]) => [
      name,
      write(name, { name, version }),
    ]);
    const dependencies = {
      'mastodon-rx': write('mastodon-rx', library),
      ...(Object.fromEntries(others) as Versions),
    };
    writeFileSync(join(app, 'package.json'), JSON.stringify({ dependencies }));
    const args = ['install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps=false'];
    const { stderr } = spawnSync('npm', args, { cwd: app, encoding: 'utf8' });
    return stderr;
  }

  it.each([
    ['the lowest', { rxjs: '7.6.0', '@angular/core': '19.0.0' }],
    ['the pinned rxjs of an app with Angular 19', { rxjs: '7.8.1', '@angular/core': '19.2.0' }],
    ['the highest', { rxjs: '7.8.2', '@angular/core': '22.0.0' }],
    ['rxjs alone', { rxjs: '7.8.2' }],
  ])('are satisfied by %s', { timeout: 60_000 }, (_what, packages) => {
    expect(install(packages)).not.toContain('ERESOLVE');
  });

  it('are not satisfied by untested versions', { timeout: 60_000 }, () => {
    expect(install({ rxjs: '7.5.0' })).toContain('ERESOLVE');
    expect(install({ rxjs: '7.8.2', '@angular/core': '18.0.0' })).toContain('ERESOLVE');
  });
});

describe('the lockfile', () => {
  it('agrees with package.json', () => {
    const { dependencies, devDependencies, peerDependencies } = manifest;
    expect(locked['']).toMatchObject({ dependencies, devDependencies, peerDependencies });
    for (const [name, wanted] of Object.entries(devDependencies)) {
      expect(wanted, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(locked[`node_modules/${name}`]?.version, name).toBe(wanted);
    }
  });

  it('has every package with its SHA-512, and only from npm’s registry', () => {
    for (const [path, { resolved, integrity }] of Object.entries(locked)) {
      if (path === '') continue;
      expect(integrity, path).toMatch(/^sha512-[\w+/]{86}==$/);
      expect(resolved ?? 'https://registry.npmjs.org/', path).toMatch(
        /^https:\/\/registry\.npmjs\.org\//,
      );
    }
  });
});

describe('the package', () => {
  const packed = (
    JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as { files: { path: string }[] }[]
  )[0]!.files.map(({ path }) => path);

  it('has these files beside dist and src', () => {
    expect(packed.filter((path) => !/^(dist|src)\//.test(path)).sort()).toMatchInlineSnapshot(`
      [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "package.json",
      ]
    `);
  });

  it('has every source, for the source maps, and its compiled file', () => {
    expect(packed.filter((path) => path.startsWith('src/')).sort()).toEqual(
      sources.map((name) => `src/${name}`).sort(),
    );
    const built = sources.map((name) => `dist/${name.replace(/ts$/, 'js')}`);
    expect(
      built.filter((path) => !packed.includes(path)),
      'npm run compile',
    ).toEqual([]);
  });

  it('has only code, types and maps in dist', () => {
    const others = packed.filter(
      (path) => path.startsWith('dist/') && !/\.(js|d\.ts)(\.map)?$/.test(path),
    );
    expect(others).toEqual([]);
  });

  it('is built before it is packed, without files of an older build', () => {
    expect(manifest.scripts['prepack']).toBe('npm run build');
    expect(manifest.scripts['build']).toContain("fs.rmSync('dist'");
  });

  it('has entry points that exist after the build', () => {
    const { exports, imports, bin } = JSON.parse(read('package.json')) as Record<string, object>;
    const targets = JSON.stringify([exports, imports, bin]).match(/dist\/[^"]+/g) ?? [];
    for (const target of targets) {
      const source = target.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)$/, '.ts');
      expect(sources, target).toContain(source);
    }
    expect(targets.length).toBeGreaterThan(8);
  });

  it('contains nothing that looks like a secret', () => {
    for (const path of packed.filter((name) => name.startsWith('src/'))) {
      expect(read(path), path).not.toMatch(/-----BEGIN|npm_[A-Za-z0-9]{36}|ghp_[A-Za-z0-9]{36}/);
    }
  });
});
