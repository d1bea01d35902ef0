import fc from 'fast-check';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { Account } from '../../../src/model/entities/account.ts';
import { Conversation } from '../../../src/model/entities/conversation.ts';
import { Notification } from '../../../src/model/entities/notification.ts';
import { Status } from '../../../src/model/entities/status.ts';
import { problemsOf } from '../../../src/decode/guards/problems.ts';
import { account, status, type Json } from '../../helpers/entities.ts';

/** A codec that does not come from io-ts: it reads a number from text. */
const NumberFromString = new t.Type<number, string>(
  'NumberFromString',
  t.number.is,
  (input, context) => {
    const value = typeof input === 'string' ? Number(input) : NaN;
    return Number.isNaN(value)
      ? t.failure(input, context, `not a number: ${JSON.stringify(input)}`)
      : t.success(value);
  },
  String,
);

interface Tree {
  value: number;
  children?: Tree[];
}

const Tree: t.Type<Tree> = t.recursion('Tree', () =>
  t.intersection([t.type({ value: t.number }), t.partial({ children: t.array(Tree) })], 'Tree'),
);

const Point = t.type({ x: t.number, y: t.number }, 'Point');
const Shape = t.union(
  [
    t.type({ kind: t.literal('circle'), radius: t.number }, 'Circle'),
    t.type({ kind: t.literal('square'), side: t.number }, 'Square'),
  ],
  'Shape',
);

/** Codecs by their index, since a counterexample would print all of a codec's code. */
const codecs: readonly t.Mixed[] = [
  ...[Account, Conversation, Notification, Status, Point, Shape, Tree, NumberFromString],
  ...[t.array(Shape), t.record(t.string, Point), t.exact(Point), t.Int, t.tuple([t.number])],
];
const anyCodec = fc.nat({ max: codecs.length - 1 });
const codecAt = (position: number): t.Mixed => codecs[position] ?? t.unknown;

/** About a second; fast-check prints the seed of a failure. */
const RUNS = { numRuns: 700 };

describe('problemsOf', () => {
  it.each<[path: string, codec: t.Mixed, value: unknown]>([
    ['string', t.string, 7],
    ['Point', Point, null],
    ['Point/y: number', Point, { x: 1 }],
    [
      'Tree/children: Array<Tree>/1: Tree/value: number',
      Tree,
      { value: 1, children: [{ value: 1 }, {}] },
    ],
    ['Shape', Shape, { kind: 'line' }],
    ['Circle/radius: number', Shape, { kind: 'circle' }],
    ['Maybe', t.union([t.null, t.string], 'Maybe'), 7],
    ['Point/x: number', t.union([t.null, t.union([t.string, Point])]), { y: 1 }],
    ['Counts/[*]: number', t.record(t.string, t.number, 'Counts'), { 'ada@here.example': 'x' }],
    ['Counts/[*]: Point/y: number', t.record(t.string, Point, 'Counts'), { ada: { x: 1 } }],
    ['Two/1: string', t.tuple([t.string, t.string], 'Two'), ['a', 7]],
    ['Some/0: string', t.readonlyArray(t.string, 'Some'), [7]],
    ['Outer/p: Exact/x: number', t.type({ p: t.exact(Point, 'Exact') }, 'Outer'), { p: { y: 1 } }],
    ['Outer/n: Int', t.type({ n: t.Int }, 'Outer'), { n: 1.5 }],
    ['Outer/n: NumberFromString', t.type({ n: NumberFromString }, 'Outer'), { n: 'secret' }],
  ])('reports %s', (path, codec, value) => {
    expect(problemsOf(codec, value)).toEqual([path]);
  });

  it('reports each invalid field once', () => {
    const value = status({
      id: 1,
      account: account({ id: 1, acct: null }),
      media_attachments: [{}, {}],
    });
    expect(problemsOf(Status, value)).toEqual([
      'Status/id: string',
      'Status/account: Account/id: string',
      'Status/account: Account/acct: string',
      'Status/media_attachments: Array<MediaAttachment>/0: MediaAttachment/id: string',
      'Status/media_attachments: Array<MediaAttachment>/0: MediaAttachment/type: string',
      'Status/media_attachments: Array<MediaAttachment>/0: MediaAttachment/url: string | null',
      'Status/media_attachments: Array<MediaAttachment>/1: MediaAttachment/id: string',
      'Status/media_attachments: Array<MediaAttachment>/1: MediaAttachment/type: string',
      'Status/media_attachments: Array<MediaAttachment>/1: MediaAttachment/url: string | null',
    ]);
    expect(problemsOf(t.record(t.string, t.number, 'Counts'), { a: 'x', b: 'y' })).toHaveLength(1);
  });

  it('is empty if the codec accepts the value, also if it transforms it', () => {
    expect(problemsOf(NumberFromString, '7')).toEqual([]);
    expect(problemsOf(t.exact(Point), { x: 1, y: 2, z: 3 })).toEqual([]);
  });

  it('reports at most 10 fields, in at most 200 characters each', () => {
    const problems = problemsOf(Status, {});
    expect(problems).toHaveLength(10);

    let deep: Json = {};
    for (let depth = 0; depth < 40; depth++) deep = status({ reblog: deep });
    for (const problem of problemsOf(Status, deep)) expect(problem.length).toBeLessThanOrEqual(200);
  });

  it.each([
    ['deeper', () => Array.from({ length: 5_000 }).reduce<unknown>((reblog) => ({ reblog }), null)],
    ['larger', () => ({ media_attachments: Array.from({ length: 100_000 }, () => 7) })],
  ])('reports no field of a value that is %s than any post', (_what, make) => {
    const value = make();
    expect(problemsOf(Status, value)).toEqual(['Status']);
  });

  it('contains nothing of the value', () => {
    // Every key and every text has a mark, so that one that is repeated in a problem is noticed.
    const marked = fc.string({ maxLength: 8 }).map((text) => `§${text}`);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        marked,
        fc.constantFrom<unknown>(null, 7, true),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(marked, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    const field = fc.constantFrom('id', 'account', 'media_attachments', 'reblog', 'quote', 'poll');
    let reported = 0;

    fc.assert(
      fc.property(anyCodec, field, tree, (position, key, value) => {
        const problems = [
          ...problemsOf(codecAt(position), value),
          ...problemsOf(codecAt(position), { [key]: value }),
          ...problemsOf(Status, status({ [key]: value })),
          ...problemsOf(t.record(t.string, Account, 'People'), {
            '§ada': account({ [key]: value }),
          }),
        ];
        reported += problems.length;
        expect(problems.join('\n')).not.toContain('§');
      }),
      RUNS,
    );
    expect(reported).toBeGreaterThan(RUNS.numRuns);
  });
});
