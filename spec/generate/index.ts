/** `npm run generate`: writes what is made from other sources. */
import { writeFileSync } from 'node:fs';
import { guardedCodecs, guardsSource, GUARDS_FILE } from './guards.ts';

writeFileSync(GUARDS_FILE, await guardsSource(guardedCodecs));
