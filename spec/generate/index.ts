/** `npm run generate`: writes all generated files. */
import { writeFileSync } from 'node:fs';
import { writeBlocks } from './blocks.ts';
import { writeFaults } from './faults.ts';
import { guardedCodecs, guardsSource, GUARDS_FILE } from './guards.ts';
import { shapesSource, SHAPES_FILE } from './shapes.ts';
import { writeTables } from './tables.ts';

writeFileSync(GUARDS_FILE, await guardsSource(guardedCodecs));
writeFileSync(SHAPES_FILE, await shapesSource(guardedCodecs));

await writeFaults();
await writeTables();
writeBlocks();
