/** Writes the table of docs/faults.md from the faults that spec/hardening/faultMatrix.spec.ts tests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { faultTable } from '../hardening/faultMatrix.ts';

const PAGE = new URL('../../docs/faults.md', import.meta.url);
const TABLE = /(?<=<!-- faults: .*? -->\n).*(?=<!-- \/faults -->)/s;

/** The page with the current table. */
export async function faultsPage(): Promise<string> {
  const table = await format(faultTable(), { parser: 'markdown' });
  return readFileSync(PAGE, 'utf8').replace(TABLE, () => `\n${table}\n`);
}

export async function writeFaults(): Promise<void> {
  writeFileSync(PAGE, await faultsPage());
}
