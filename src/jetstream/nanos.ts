/** Converts ms, this library's unit of time, to ns, JetStream's. */
export const nanos = (ms: number): number => Math.round(ms * 1e6);
