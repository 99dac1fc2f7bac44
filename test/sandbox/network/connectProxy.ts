import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { urlHost } from './address';

export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
}

/** An HTTP proxy on loopback that routes known host names to this machine, and rejects all others. */
export class ConnectProxy {
  /** Every CONNECT request: the requested name and the status of the response. */
  readonly tunnels: { readonly name: string; readonly status: 200 | 403 | 407 | 502 }[] = [];
  private readonly server = createServer();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly host: string,
    private readonly route: (name: string) => ProxyAddress | undefined,
    private readonly login: { readonly user: string; readonly password: string } | undefined,
  ) {
    this.server.on('connection', (socket: Socket) => this.track(socket));
    // Requests other than CONNECT are rejected.
    this.server.on('request', (request, response) => {
      this.tunnels.push({ name: request.url ?? '', status: 403 });
      response.writeHead(403).end();
    });
    this.server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) =>
      this.open(request, client, head),
    );
  }

  /** `route` returns the address to connect to for `host:port`; undefined is rejected with 403. */
  static async start(options: {
    readonly route: (name: string) => ProxyAddress | undefined;
    readonly host?: string;
    readonly login?: { readonly user: string; readonly password: string };
  }): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(options.host ?? '127.0.0.1', options.route, options.login);
    await new Promise<void>((resolve) => proxy.server.listen(0, proxy.host, resolve));
    return proxy;
  }

  /** For `http.proxy`; without the login. */
  get url(): string {
    return `http://${urlHost(this.host)}:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private open(request: IncomingMessage, client: Socket, head: Buffer): void {
    const name = request.url ?? '';
    const refuse = (status: 403 | 407 | 502, text: string, headers = '') => {
      this.tunnels.push({ name, status });
      client.end(
        `HTTP/1.1 ${status} ${text}\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`,
      );
    };
    if (!this.isLoggedIn(request)) {
      refuse(407, 'Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="sandbox"\r\n');
      return;
    }
    const address = this.route(name);
    if (!address) {
      refuse(403, 'Forbidden');
      return;
    }
    const server = connect(address.port, address.host);
    this.track(server);
    server.once('error', () => refuse(502, 'Bad Gateway'));
    server.once('connect', () => {
      server.removeAllListeners('error').on('error', () => client.destroy());
      this.tunnels.push({ name, status: 200 });
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) server.write(head);
      server.pipe(client);
      client.pipe(server);
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    });
  }

  private isLoggedIn(request: IncomingMessage): boolean {
    if (!this.login) return true;
    const expected = Buffer.from(`${this.login.user}:${this.login.password}`).toString('base64');
    return request.headers['proxy-authorization'] === `Basic ${expected}`;
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    socket.setNoDelay(true);
  }
}
