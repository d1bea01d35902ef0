/** Writes the results as a table in the terminal, as docs/performance.json, and into docs/performance.md. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as prettier from 'prettier';
import { plotsOf } from './plots.ts';

/** One line of a table. */
export interface Row {
  readonly name: string;
  /** The measured value of a baseline; for others, that value times their ratio, so that the two never contradict. */
  readonly value: number;
  /** The ratio to the baseline, which is the first row, or the row of the same size. */
  readonly ratio: number;
  /** The ratio that is to be reached. */
  readonly target?: number;
  readonly runs?: number;
  readonly note?: string;
}

export interface Table {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly Row[];
  /** The date of the measurement, if it is older than the report's. */
  readonly date?: string;
}

export interface Report {
  readonly date: string;
  readonly seconds: number;
  readonly machine: string;
  /** The number of processes that waited for a core at the start: above 0.5 the machine was shared. */
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
}

const number = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1));

export function printTable({ title, unit, rows }: Table): void {
  console.log(`\n${title} (${unit})`);
  for (const { name, value, ratio, target, runs, note } of rows) {
    const wanted = target === undefined ? '' : `  target ≤ ${target}`;
    const more = [runs !== undefined && `${runs} runs`, note].filter(Boolean).join(', ');
    console.log(
      `  ${name.padEnd(36)}${number(value).padStart(10)}${ratio.toFixed(2).padStart(8)}${wanted}  ${more}`,
    );
  }
}

const markdownOf = ({ title, unit, rows, date }: Table): string =>
  [
    `### ${title}`,
    '',
    ...(date === undefined ? [] : [`Measured on ${date}.`, '']),
    `| | ${unit} | ratio | target |`,
    '|---|--:|--:|--:|',
    ...rows.map(({ name, value, ratio, target, note }) => {
      const wanted = target === undefined ? '' : `≤ ${target}`;
      const label = note === undefined ? name : `${name} (${note})`;
      return `| ${label} | ${number(value)} | ${ratio.toFixed(2)} | ${wanted} |`;
    }),
  ].join('\n');

/** The page's part between these lines is rewritten each time. */
const BEGIN = '<!-- measured: written by npm run bench -->';
const END = '<!-- /measured -->';

/** Copies the tables that were not measured this time from the last report. */
function completed(report: Report, last: Report): Report {
  const measured = new Map(report.tables.map((table) => [table.id, table]));
  const kept = last.tables.map(
    (table) => measured.get(table.id) ?? { ...table, date: table.date ?? last.date },
  );
  const added = report.tables.filter(({ id }) => !last.tables.some((table) => table.id === id));
  return { ...report, tables: [...kept, ...added] };
}

export async function writeReport(measuredNow: Report, packageFile: string): Promise<void> {
  const docs = join(dirname(packageFile), 'docs');
  const style = await prettier.resolveConfig(packageFile);
  const save = async (name: string, text: string, parser: string): Promise<void> =>
    writeFile(join(docs, name), await prettier.format(text, { ...style, parser }));

  const last = await readFile(join(docs, 'performance.json'), 'utf8');
  const report = completed(measuredNow, JSON.parse(last) as Report);
  await save('performance.json', JSON.stringify(report), 'json');

  await mkdir(join(docs, 'images'), { recursive: true });
  const plots = plotsOf(report);
  for (const { file, svg } of plots) await writeFile(join(docs, 'images', file), svg);

  const { date, seconds, machine, load, versions, tables } = report;
  const measured = [
    `Measured on ${date} in ${seconds} s, on ${machine}; load when it began: ${load.toFixed(1)}${
      load > 0.5 ? ' (the machine was shared: take the ratios, not the times)' : ''
    }.`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    ...plots.map(({ file, title }) => `![${title}](images/${file})`),
    ...tables.map(markdownOf),
  ].join('\n\n');
  const page = await readFile(join(docs, 'performance.md'), 'utf8');
  const [before = ''] = page.split(BEGIN);
  const [, after = ''] = page.split(END);
  await save('performance.md', `${before}${BEGIN}\n\n${measured}\n\n${END}${after}`, 'markdown');
}
