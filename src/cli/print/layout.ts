/** Lays out a block: the time, the head and the lines below it, in the terminal's width. */
import { styleText } from 'node:util';
import { wrap } from '../text.ts';

/** The properties of the output. */
export interface PrintConfig {
  /** In columns; `Infinity` if lines are not wrapped. */
  readonly width: number;
  readonly colour: boolean;
  /** The time at which the event came, shown if the event has no time of its own. */
  readonly now: Date;
}

type Format = Parameters<typeof styleText>[0];

/** Applies a style to a text, or returns it unchanged. */
export type Paint = (format: Format, text: string) => string;

// The caller has decided about colours; Node 22 would read the environment again.
export const inColour: Paint = (format, text) =>
  text === '' ? '' : styleText(format, text, { validateStream: false });

export const plain: Paint = (_format, text) => text;

/** The text of one event: a line that says what happened, and the lines below it. */
export interface Block {
  readonly head: string;
  readonly body?: readonly Part[];
  /** ISO 8601; if it is absent or invalid, `now` is shown. */
  readonly at?: string | null | undefined;
}

/** Text below a head, of one or more lines, each of which begins with `mark`. */
export interface Part {
  readonly text: string;
  readonly mark?: string;
}

export function render(
  { head, body = [], at }: Block,
  { width, now }: PrintConfig,
  paint: Paint,
): string {
  const when = dateOf(at) ?? now;
  const isToday = when.toDateString() === now.toDateString();
  const dated = isToday ? head : `${head} ${paint('dim', `· ${dayOf(when)}`)}`;
  const indent = width < 50 ? 2 : TIME_WIDTH;

  const [first = '', ...others] = wrap(dated, width - TIME_WIDTH);
  const lines = [`${paint('dim', timeOf(when))}  ${first}`];
  lines.push(...others.map((line) => ' '.repeat(TIME_WIDTH) + line));
  for (const { text, mark = '' } of body) {
    const room = width - indent - mark.length;
    lines.push(...wrap(text, room).map((line) => ' '.repeat(indent) + paint('dim', mark) + line));
  }
  // A block with a body ends with an empty line, which shows where a post ends.
  if (body.length > 0) lines.push('');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** `HH:MM:SS` and two spaces. */
const TIME_WIDTH = 10;

const two = (value: number): string => String(value).padStart(2, '0');

export const timeOf = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');

export const dayOf = (date: Date): string =>
  [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');

export function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
