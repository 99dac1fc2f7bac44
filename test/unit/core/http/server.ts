import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { certificate, privateKey } from './certificate';

/** An HTTP server on loopback whose responses are written by the test. */
export interface TestServer {
  readonly origin: string;
  /** Connections since the start. */
  readonly connections: number;
  readonly openConnections: number;
  /** Resolves when no connection is open. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

export type Handler = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
) => void | Promise<void>;

export async function startServer(
  handle: Handler,
  options: { tls?: boolean } = {},
): Promise<TestServer> {
  const listener: http.RequestListener = (request, response) => void handle(request, response);
  const server = options.tls
    ? https.createServer({ cert: certificate, key: privateKey }, listener)
    : http.createServer(listener);
  const open = new Set<Socket>();
  let connections = 0;
  let waiting: (() => void)[] = [];
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0) {
        waiting.forEach((resolve) => resolve());
        waiting = [];
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    get openConnections() {
      return open.size;
    },
    allClosed: () =>
      open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Reads the whole body of a request. */
export async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
