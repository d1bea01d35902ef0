import { inspect } from 'node:util';

/** The output of every way to print `value` and its causes, as one text. */
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

/** Returns undefined for a value that contains itself, which JSON cannot represent. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
