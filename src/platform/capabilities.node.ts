/** What Node can do. */

/** Whether `dispatcher` can be obeyed, and a WebSocket's handshake be controlled. */
export const controlsNetwork = true as boolean;
