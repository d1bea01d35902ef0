/** Draws a report's figures as SVG: `npx tsx spec/bench/plots.ts` redraws those of docs/performance.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Report, Row, Table } from './report.ts';

export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

const WIDTH = 720;
const LABELS = 250;
const OURS = '#6364ff';
const OTHERS = '#9aa4b2';

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** Readable on a light page and on a dark one. */
const svg = (height: number, title: string, body: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    '<style>text { fill: #1f2328 } .axis { stroke: #d0d7de } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .axis { stroke: #3d444d } }</style>',
    `<text x="8" y="20" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');

const isOurs = ({ name }: Row): boolean => /^(mastodon-rx|toTimeline)/.test(name);

/** One bar per row; the dashed line is the baseline. */
function bars({ title, unit }: Table, rows: readonly Row[]): string {
  const longest = Math.max(...rows.map(({ ratio }) => ratio));
  const room = WIDTH - LABELS - 130;
  const x = (ratio: number): number => Math.round(LABELS + (ratio / longest) * room);
  const height = 44 + rows.length * 26;
  const body = rows.flatMap((row, n) => {
    const y = 36 + n * 26;
    const label = `${row.ratio.toFixed(2)} (${row.value < 10 ? row.value.toFixed(1) : Math.round(row.value)} ${unit})`;
    return [
      `<text x="${LABELS - 8}" y="${y + 14}" text-anchor="end">${escaped(row.name)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${x(row.ratio) - LABELS}" height="19" rx="2" fill="${isOurs(row) ? OURS : OTHERS}"/>`,
      `<text x="${x(row.ratio) + 6}" y="${y + 14}">${label}</text>`,
    ];
  });
  const line = `<line class="axis" x1="${x(1)}" y1="30" x2="${x(1)}" y2="${height - 8}" stroke-dasharray="4 4"/>`;
  return svg(height, title, [line, ...body]);
}

/** A line for each kind, over the number of streams that the rows' names end with. */
function lines({ title, unit, rows }: Table): string {
  const points = rows.map(({ name, value }) => {
    const [, kind = '', streams = '0'] = /^(.*), (\d+) streams$/.exec(name) ?? [];
    return { kind, streams: Number(streams), total: (value * Number(streams)) / 1_024 };
  });
  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const most = Math.max(...points.map(({ streams }) => streams));
  const top = Math.max(...points.map(({ total }) => total));
  const x = (streams: number): number => Math.round(60 + (streams / most) * (WIDTH - 300));
  const y = (total: number): number => Math.round(270 - (total / top) * 220);
  const colours = [OTHERS, '#57606a', OURS];
  const body = kinds.flatMap((kind, n) => {
    const own = points.filter((point) => point.kind === kind);
    const path = own.map(({ streams, total }) => `${x(streams)},${y(total)}`).join(' ');
    const last = own.at(-1);
    const colour = colours[n] ?? OTHERS;
    return [
      `<polyline points="${x(0)},${y(0)} ${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...own.map(
        ({ streams, total }) =>
          `<circle cx="${x(streams)}" cy="${y(total)}" r="4" fill="${colour}"/>`,
      ),
      `<text x="${WIDTH - 230}" y="${60 + n * 20}"><tspan fill="${colour}">● </tspan>${escaped(kind)}: ${(last?.total ?? 0).toFixed(0)} MB</text>`,
    ];
  });
  const ticks = [...new Set(points.map(({ streams }) => streams))].map(
    (streams) => `<text x="${x(streams)}" y="290" text-anchor="middle">${streams}</text>`,
  );
  const axes = `<path class="axis" fill="none" d="M60 50V270H${WIDTH - 230}"/>`;
  return svg(
    300,
    `${title.replace(/ per idle stream/, ' of idle streams')} (MB; was ${unit} each)`,
    [axes, ...ticks, ...body],
  );
}

export function plotsOf({ tables }: Report): Plot[] {
  const table = (id: string): Table | undefined => tables.find((each) => each.id === id);
  const plots: Plot[] = [];
  const bar = (id: string, file: string, names?: RegExp): void => {
    const found = table(id);
    if (!found) return;
    const rows = names ? found.rows.filter(({ name }) => names.test(name)) : found.rows;
    plots.push({ file, title: found.title, svg: bars(found, rows) });
  };
  bar('cpu-each', 'ladder.svg', /LIMIT|mastodon-rx|bytes|decode|io-ts/);
  bar('cpu-each', 'peers.svg', /LIMIT|mastodon-rx|fetch|eventsource|mastodon-api/);
  bar('websocket-24', 'peers-24.svg');
  bar('cold-start', 'cold-start.svg');
  const memory = table('idle-rss');
  if (memory)
    plots.push({ file: 'memory.svg', title: 'Memory against streams', svg: lines(memory) });
  return plots;
}

if (process.argv[1] === import.meta.filename) {
  const docs = new URL('../../docs/', import.meta.url);
  const report = JSON.parse(readFileSync(new URL('performance.json', docs), 'utf8')) as Report;
  for (const { file, svg: text } of plotsOf(report))
    writeFileSync(new URL(`images/${file}`, docs), text);
}
