/** `npm run size`: prints what the library adds to a page. Fails if an app over SSE exceeds its budget. */
import { bundleOf, type Bundle } from './bundle.ts';
import { BUDGET, LEAST, MEMORY, SSE_APP, WHOLE } from './pages.ts';

const pages = [SSE_APP, LEAST, WHOLE, MEMORY];
const [app, least, whole, memory] = (await Promise.all(pages.map(bundleOf))) as [
  Bundle,
  Bundle,
  Bundle,
  Bundle,
];
const bytes = (count: number): string => count.toLocaleString('en').padStart(10);
const row = (name: string, { minified, gzipped, brotli, later }: Bundle): string =>
  name.padEnd(34) + [minified, gzipped, brotli, later].map(bytes).join('');

console.log('bytes, without rxjs'.padEnd(34) + '  minified   gzipped    brotli  WebSocket');
console.log(row('an app over SSE', app));
console.log(row('only public() and ofType', least));
console.log(row('the whole main entry', whole));
console.log(row('the fake in memory', memory));

console.log('\nThe biggest files of an app over SSE, in minified bytes:');
for (const [file, size] of app.inputs.slice(0, 40)) console.log(bytes(size), file);

console.log(`\nOf the budget of ${BUDGET} bytes, gzipped: ${app.gzipped}`);
if (app.gzipped > BUDGET) {
  console.error(`${app.gzipped} bytes are over the budget of ${BUDGET}.`);
  process.exitCode = 1;
}
