/** Declares what browsers, and runtimes like them, can do. */

/** True if `dispatcher` can be used, and a WebSocket's handshake has headers. */
export const controlsNetwork = false as boolean;

/** Returns no header: a browser names itself. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- Node's has it
export const userAgentHeader = (_userAgent?: string): Record<string, string> => ({});

/** Does nothing: a browser prints no fields of errors. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-function -- Node's does
export function addInspection(_prototype: object): void {}
