/**
 * `npm run size`: what the library adds to a page, at once and with its first stream. Fails where the first
 * is more than it may be.
 */
import { bundleOf, type Bundle } from './bundle.ts';
import { LEAST, ORDINARY, WHOLE } from './pages.ts';

/** For all that an ordinary page imports, in bytes after gzip, without rxjs. */
const LIMIT = 9 * 1024;

const [ordinary, least, whole] = (await Promise.all([ORDINARY, LEAST, WHOLE].map(bundleOf))) as [
  Bundle,
  Bundle,
  Bundle,
];
const bytes = (count: number): string => count.toLocaleString('en').padStart(10);
const row = (name: string, { minified, gzipped, brotli, split, later }: Bundle): string =>
  name.padEnd(34) + [minified, gzipped, brotli, split, later].map(bytes).join('');

console.log(
  'bytes, without rxjs'.padEnd(34) + '  minified   gzipped    brotli  in files     later',
);
console.log(row('what an ordinary page imports', ordinary));
console.log(row('only public() and ofType', least));
console.log(row('everything there is', whole));

console.log('\nThe biggest files of an ordinary page, in minified bytes:');
for (const [file, size] of ordinary.inputs.slice(0, 12)) console.log(bytes(size), file);

console.log(`\nOf the limit of ${LIMIT}, gzipped: ${ordinary.gzipped}`);
if (ordinary.gzipped > LIMIT) {
  console.error(`${ordinary.gzipped} bytes are over the limit of ${LIMIT}.`);
  process.exitCode = 1;
}
