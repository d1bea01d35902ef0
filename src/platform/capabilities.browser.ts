/** What browsers, and whatever is like them, can do. */

/** Whether `dispatcher` can be obeyed, and a WebSocket's handshake be controlled. */
export const controlsNetwork = false as boolean;
