// Counts the words of posts as they arrive, and prints the most frequent ones once a second.
//
//   npx tsx examples/word-count.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, ofType } from 'mastodon-rx';
import { bufferTime, filter, map, scan } from 'rxjs';
import { server } from './server.ts';
import { textOf } from './text.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const wordsOf = (text: string): string[] =>
  Array.from(segmenter.segment(text.toLocaleLowerCase()))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);

type Counts = ReadonlyMap<string, number>;

const sorted = (counts: Counts): [string, number][] =>
  [...counts].sort(([, one], [, other]) => other - one);

/** Drops the rarer half of 20,000 words, since languages have no end. */
const pruned = (counts: Counts): Counts =>
  counts.size > 20_000 ? new Map(sorted(counts).slice(0, 10_000)) : counts;

export const subscription = createTimelines(await server())
  .public({ reconnect: true })
  .pipe(
    ofType('update'),
    map(({ payload }) => wordsOf(textOf(payload))),
    bufferTime(1_000),
    map((posts) => posts.flat()),
    filter((words) => words.length > 0),
    scan<string[], Counts>((before, words) => {
      const counts = new Map(before);
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      return pruned(counts);
    }, new Map()),
    map((counts) => sorted(counts).slice(0, 10)),
  )
  .subscribe((top) => console.log(top.map(([word, count]) => `${word} ${count}`).join(', ')));
