import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';

/** A WebSocket client that is independent of the library, and keeps the received messages. */
export class WebSocketClient {
  readonly socket: WebSocket;
  readonly messages: string[] = [];
  /** The code and reason of the close; 1006 without a close frame. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #waiters = new Set<() => void>();

  constructor(url: string, protocols: string[] = [], options: ClientOptions = {}) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), protocols, options);
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(data.toString());
      for (const look of this.#waiters) look();
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    onTestFinished(() => this.socket.terminate());
  }

  async opened(): Promise<this> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open');
    return this;
  }

  /** Sends a frame, and resolves when the server has handled it: the pong comes after that. */
  async send(frame: object | string): Promise<this> {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    return this.settled();
  }

  async settled(): Promise<this> {
    const pong = once(this.socket, 'pong');
    this.socket.ping();
    await pong;
    return this;
  }

  until(count: number): Promise<string[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.messages.length < count) return;
        this.#waiters.delete(look);
        resolve(this.messages);
      };
      this.#waiters.add(look);
      look();
    });
  }
}
