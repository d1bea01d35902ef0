import { inspect } from 'node:util';

/** Everything that any way of printing `value` and its causes may bring to light, as one text. */
export function shown(value: unknown): string {
  const all = { depth: Infinity, showHidden: true, getters: true, maxArrayLength: null } as const;
  const texts = [
    inspect(value, all),
    inspect(value, { ...all, customInspect: false }),
    json(value),
  ];
  if (value instanceof Error) {
    texts.push(String(value), value.stack ?? '', JSON.stringify(Object.entries(value)));
    if (value.cause !== undefined) texts.push(shown(value.cause));
  }
  return texts.join('\n');
}

/** Of what refers to itself JSON makes nothing. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
