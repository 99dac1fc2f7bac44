import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import { urlHost } from '../network/address';
import type { ServerCertificate } from '../network/authority';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** One port, http or https, that counts its connections and can be closed for a while. */
export class Listener {
  /** Connections accepted since the start. */
  connections = 0;
  private readonly server;
  private readonly sockets = new Map<string, { socket: Socket; number: number }>();
  private port = 0;

  constructor(
    readonly host: string,
    private readonly certificate: ServerCertificate | undefined,
    handler: Handler,
  ) {
    // Requests have no time limit, because the tests use slow and stalled connections.
    const options = { requestTimeout: 0, keepAliveTimeout: 60_000, highWaterMark: 1 << 20 };
    this.server = certificate
      ? createTlsServer({ ...options, ...certificate }, handler)
      : createServer(options, handler);
    this.server.on('connection', (socket: Socket) => this.accept(socket));
    // Clients that do not trust the certificate or reset the connection are expected.
    this.server.on('tlsClientError', () => undefined);
    this.server.on('clientError', (_error, socket) => socket.destroy());
  }

  get origin(): string {
    return `${this.certificate ? 'https' : 'http'}://${urlHost(this.host)}:${this.port}`;
  }

  get address(): { host: string; port: number } {
    return { host: this.host, port: this.port };
  }

  /** Connections that are open now. */
  get open(): number {
    return this.sockets.size;
  }

  /** The number, from 1, of the connection that a request uses. */
  numberOf(socket: Socket): number {
    return this.sockets.get(nameOf(socket))?.number ?? 0;
  }

  /**
   * Closes the connection of a request with RST, below TLS too, after what was written is sent. The TLS socket follows
   * by itself: if it were destroyed here as well, Node would leak the TCP handle.
   */
  reset(socket: Socket): void {
    const raw = this.sockets.get(nameOf(socket))?.socket;
    if (raw && !raw.destroyed) raw.resetAndDestroy();
  }

  /** Begins to listen; after `down()`, on the same port as before. */
  async up(): Promise<void> {
    if (this.server.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, this.host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Refuses connections from now on, and closes those that are open. */
  async down(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const { socket } of this.sockets.values()) socket.destroy();
    await closed;
  }

  private accept(socket: Socket): void {
    const name = nameOf(socket);
    this.sockets.set(name, { socket, number: ++this.connections });
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(name));
    socket.setNoDelay(true);
  }
}

/** A TLS socket and the TCP socket below it have the same peer. */
function nameOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
}
