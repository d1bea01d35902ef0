/** All properties of a value, hidden or not, as text: a page has no `util.inspect`. */
export function inspect(value: unknown): string {
  const seen = new Set<unknown>();
  const shown = (one: unknown): string => {
    if ((typeof one !== 'object' && typeof one !== 'function') || one === null) return String(one);
    if (seen.has(one)) return '[seen]';
    seen.add(one);
    const fields = Reflect.ownKeys(one).map((key) => {
      const own = Object.getOwnPropertyDescriptor(one, key)!;
      return `${String(key)}: ${shown('value' in own ? own.value : Reflect.get(one, key))}`;
    });
    return `${Object.prototype.toString.call(one)} { ${fields.join(', ')} }`;
  };
  return shown(value);
}
