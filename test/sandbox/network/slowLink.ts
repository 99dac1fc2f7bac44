import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SlowLinkOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly roundTripMs: number;
  /** Bandwidth of each direction, shared by all connections. */
  readonly bitsPerSecond: number;
  /** Bytes in flight that one connection may have, like TCP's window; default 4 MiB. */
  readonly windowBytes?: number;
  readonly host?: string;
}

/** One direction of the link: bytes are sent one after another at its rate. */
class Direction {
  private freeAt = 0;

  constructor(private readonly bitsPerSecond: number) {}

  /** The time at which the last of these bytes has been sent, in ms of `performance.now()`. */
  send(bytes: number): number {
    this.freeAt = Math.max(this.freeAt, performance.now()) + (bytes * 8000) / this.bitsPerSecond;
    return this.freeAt;
  }
}

/** A TCP relay that simulates a distant server: a fixed round trip, a rate, a window for each connection. */
export class SlowLink {
  /** Connections opened since the start. */
  connections = 0;
  private readonly up: Direction;
  private readonly down: Direction;
  private readonly server = createServer({ noDelay: true }, (client) => this.open(client));
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly options: SlowLinkOptions) {
    this.up = new Direction(options.bitsPerSecond);
    this.down = new Direction(options.bitsPerSecond);
  }

  static async start(options: SlowLinkOptions): Promise<SlowLink> {
    const link = new SlowLink(options);
    await new Promise<void>((resolve) =>
      link.server.listen(0, options.host ?? '127.0.0.1', resolve),
    );
    return link;
  }

  get address(): { host: string; port: number } {
    const { address, port } = this.server.address() as AddressInfo;
    return { host: address, port };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private open(client: Socket): void {
    this.connections++;
    const { host, port } = this.options.target;
    const server = connect({ host, port, noDelay: true });
    const opened = performance.now();
    // TCP's handshake costs a round trip before the first byte.
    this.relay(client, server, this.up, opened + this.options.roundTripMs);
    this.relay(server, client, this.down, opened);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        if (!one.readableEnded) other.destroy();
      });
    }
  }

  private relay(from: Socket, to: Socket, direction: Direction, notBefore: number): void {
    const { roundTripMs, windowBytes = 4 << 20 } = this.options;
    const queue: { at: number; chunk: Buffer | 'end' }[] = [];
    let bytesInFlight = 0;
    let timer: NodeJS.Timeout | undefined;

    // The other end has received the bytes, and its acknowledgement has travelled back: the window opens.
    const acknowledge = (bytes: number) => {
      bytesInFlight -= bytes;
      if (bytesInFlight < windowBytes) from.resume();
    };
    const deliver = () => {
      timer = undefined;
      while (queue[0] && queue[0].at <= performance.now()) {
        const { chunk } = queue.shift()!;
        if (chunk === 'end') to.end();
        else to.write(chunk, () => setTimeout(acknowledge, roundTripMs / 2, chunk.length));
      }
      if (queue[0]) timer = setTimeout(deliver, Math.max(queue[0].at - performance.now(), 1));
    };
    const put = (chunk: Buffer | 'end') => {
      const left = Math.max(direction.send(chunk === 'end' ? 0 : chunk.length), notBefore);
      queue.push({ at: left + roundTripMs / 2, chunk });
      timer ??= setTimeout(deliver, Math.max(queue[0]!.at - performance.now(), 1));
    };
    from.on('data', (chunk: Buffer) => {
      bytesInFlight += chunk.length;
      if (bytesInFlight >= windowBytes) from.pause();
      put(chunk);
    });
    from.on('end', () => put('end'));
    from.on('close', () => {
      if (!from.readableEnded) clearTimeout(timer);
    });
  }
}
