/** The engine counts in ns, this library in ms. */
export const nanos = (ms: number): number => Math.round(ms * 1e6);
