import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as api from 'mastodon-rx/jetstream';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Returns all direct and indirect imports of a file, types included; packages by name. */
function graphOf(entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    if (!path.endsWith('.ts')) return;
    const { importedFiles } = ts.preProcessFile(readFileSync(join(root, path), 'utf8'));
    for (const { fileName } of importedFiles) {
      visit(fileName.startsWith('.') ? join(dirname(path), fileName) : fileName);
    }
  };
  visit(relative(root, resolve(root, entry)));
  return seen;
}

const ofNats = (path: string): boolean => path.includes('nats') || path.includes('jetstream');

describe('mastodon-rx/jetstream', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(api).sort()).toEqual([
      'MastodonJetStreamError',
      'ackAfter',
      'assignTimelines',
      'eventKey',
      'fromJetStream',
      'listAssignments',
      'runIngester',
      'setUpStreams',
      'shard',
      'subjectOf',
      'toJetStream',
      'unassignTimelines',
    ]);
  });

  it('is a separate entry, which the main one does not load', () => {
    const main = [...graphOf('src/index.ts')];
    expect(main.length).toBeGreaterThan(40);
    expect(main.filter(ofNats)).toEqual([]);
    expect([...graphOf('src/testing/index.ts')].filter(ofNats)).toEqual([]);
    expect([...graphOf('src/jetstream/index.ts')].filter(ofNats)).toContain('@nats-io/jetstream');
  });

  it('has NATS as an optional peer, and not as a dependency', () => {
    const { dependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as { dependencies: object; peerDependenciesMeta: object };
    expect(Object.keys(dependencies).filter(ofNats)).toEqual([]);
    expect(peerDependenciesMeta).toMatchObject({
      '@nats-io/jetstream': { optional: true },
      '@nats-io/transport-node': { optional: true },
    });
  });
});
