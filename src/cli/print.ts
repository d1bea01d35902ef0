/** Turns one event into text for people, or into a line of JSON, as a pure function. */
import type { StreamEvent } from '../index.ts';
import { blockOf } from './print/event.ts';
import { inColour, plain, render, type PrintConfig } from './print/layout.ts';

export type { PrintConfig } from './print/layout.ts';

/** Returns the event as a block of lines, each with its line feed; empty if the event is not shown. */
export function printed(event: StreamEvent, config: PrintConfig): string {
  const paint = config.colour ? inColour : plain;
  const block = blockOf(event, paint);
  return block ? render(block, config, paint) : '';
}

/**
 * Returns the event as one line of JSON: always with `type`, `payload` and `stream`. A payload that is undefined is
 * null, an error is the result of its `toJSON`. Characters that control a terminal are escaped, as JSON allows;
 * parsing the line restores them.
 */
export function jsonLine(event: StreamEvent): string {
  const { type, payload = null, stream, ...others } = event;
  const json = JSON.stringify({ type, payload, stream, ...others });
  return `${json.replace(UNPRINTABLE, escapeOf)}\n`;
}

const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

const escapeOf = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
