/** What comes with the package, what it brings along, and that nothing of it comes from elsewhere. */
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
  it('are these four and no more, and bring nothing along', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(RUNTIME);
    const installed = Object.entries(locked).filter(
      ([path, { dev }]) => path !== '' && dev !== true,
    );
    expect(installed.map(([path]) => path)).toEqual(RUNTIME.map((name) => `node_modules/${name}`));
  });

  it('of which none runs a script while it is installed', () => {
    for (const name of RUNTIME) {
      expect(locked[`node_modules/${name}`]?.hasInstallScript).toBeUndefined();
    }
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
    ).toEqual([]);
  });

  it('are rxjs as a peer, and others that nobody needs to have', () => {
    const needed = Object.keys(manifest.peerDependencies).filter(
      (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
    );
    expect(needed).toEqual(['rxjs']);
  });

  it('are all that the source imports, Node’s own modules and optional peers aside', () => {
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
  /** Returns npm's words on an app with these packages, of which it gets no more than the manifests. */
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
    ['rxjs as it is pinned, in an app of Angular 19', { rxjs: '7.8.1', '@angular/core': '19.2.0' }],
    ['the highest', { rxjs: '7.8.2', '@angular/core': '22.0.0' }],
    ['rxjs alone', { rxjs: '7.8.2' }],
  ])('are satisfied by %s', { timeout: 60_000 }, (_what, packages) => {
    expect(install(packages)).not.toContain('ERESOLVE');
  });

  it('are not satisfied by what was not tried', { timeout: 60_000 }, () => {
    expect(install({ rxjs: '7.5.0' })).toContain('ERESOLVE');
    expect(install({ rxjs: '7.8.2', '@angular/core': '18.0.0' })).toContain('ERESOLVE');
  });
});

describe('the lockfile', () => {
  it('says what package.json says', () => {
    const { dependencies, devDependencies, peerDependencies } = manifest;
    expect(locked['']).toMatchObject({ dependencies, devDependencies, peerDependencies });
    for (const [name, wanted] of Object.entries(devDependencies)) {
      expect(wanted, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(locked[`node_modules/${name}`]?.version, name).toBe(wanted);
    }
  });

  it('has every package by its SHA-512, and from no other place than npm’s registry', () => {
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

  it('has every source, for the source maps, and what is built of it', () => {
    expect(packed.filter((path) => path.startsWith('src/')).sort()).toEqual(
      sources.map((name) => `src/${name}`).sort(),
    );
    const built = sources.map((name) => `dist/${name.replace(/ts$/, 'js')}`);
    expect(
      built.filter((path) => !packed.includes(path)),
      'npm run compile',
    ).toEqual([]);
  });

  it('has nothing in dist but code, types and maps', () => {
    const others = packed.filter(
      (path) => path.startsWith('dist/') && !/\.(js|d\.ts)(\.map)?$/.test(path),
    );
    expect(others).toEqual([]);
  });

  it('is built anew before it is packed: what an older build left is not in it', () => {
    expect(manifest.scripts['prepack']).toBe('npm run build');
    expect(manifest.scripts['build']).toContain("fs.rmSync('dist'");
  });

  it('has entry points that lead to files which the build makes', () => {
    const { exports, imports, bin } = JSON.parse(read('package.json')) as Record<string, object>;
    const targets = JSON.stringify([exports, imports, bin]).match(/dist\/[^"]+/g) ?? [];
    for (const target of targets) {
      const source = target.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)$/, '.ts');
      expect(sources, target).toContain(source);
    }
    expect(targets.length).toBeGreaterThan(8);
  });

  it('holds nothing that looks like a secret', () => {
    for (const path of packed.filter((name) => name.startsWith('src/'))) {
      expect(read(path), path).not.toMatch(/-----BEGIN|npm_[A-Za-z0-9]{36}|ghp_[A-Za-z0-9]{36}/);
    }
  });
});
