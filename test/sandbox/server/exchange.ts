import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ServiceResponse } from './response';
import { ConnectionClosed } from './errors';
import type { FaultAction } from './faults';
import type { RequestLogEntry } from './requestLog';
import type { Listener } from './listener';

/** Receives a body, chunk by chunk. */
export interface BodySink {
  write(chunk: Buffer): Promise<void> | void;
}

/** One request and its response; network faults are applied here. */
export class Exchange {
  constructor(
    readonly request: IncomingMessage,
    private readonly outgoing: ServerResponse,
    private readonly listener: Listener,
    readonly entry: RequestLogEntry,
    readonly fault: FaultAction | undefined,
    /** Called when bytes of the body have arrived. */
    private readonly progressed: () => void,
  ) {}

  /** Value of a header in UTF-8 (Node hands bytes over as Latin-1). */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    if (value === undefined) return undefined;
    return Buffer.from(Array.isArray(value) ? value.join(',') : value, 'latin1').toString();
  }

  /** The body's announced length, bytes. */
  get contentLength(): number | undefined {
    const text = this.request.headers['content-length'];
    return text === undefined ? undefined : Number(text);
  }

  get hasBody(): boolean {
    return this.contentLength === undefined
      ? this.header('transfer-encoding') !== undefined
      : this.contentLength > 0;
  }

  reset(): void {
    this.listener.reset(this.request.socket);
  }

  /** Waits until the connection is closed, without reading or responding. */
  async stall(): Promise<never> {
    const { socket } = this.request;
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    throw new ConnectionClosed();
  }

  /**
   * Reads the whole body into the sink, and applies the body's faults. May be called again when there is no body: then
   * the faults are applied before the request is processed.
   */
  async receive(sink: BodySink): Promise<void> {
    const { fault, request } = this;
    if (request.complete && request.readableEnded) return;
    // No more events will come: the client has closed the connection in the meantime.
    if (request.destroyed && !request.readableEnded) throw new ConnectionClosed();
    if (fault?.kind === 'reset' && !fault.afterBytes) this.resetNow();
    if (fault?.kind === 'stall' && !fault.afterBytes) await this.stall();
    // Events, because `for await` would concatenate, and so copy, everything that has arrived.
    await new Promise<void>((resolve, reject) => {
      let taken: Promise<void> | undefined;
      request.on('data', (chunk: Buffer) => {
        taken = this.takeChunk(chunk, sink);
        if (!taken) return;
        request.pause();
        taken.then(() => request.resume(), reject);
      });
      // May be emitted while the last chunk is still being written, paused or not.
      request.once('end', () => void Promise.resolve(taken).then(resolve, reject));
      request.once('error', () => reject(new ConnectionClosed()));
      request.once('close', () => {
        // Also when the body has arrived but was not read to its end: no more events will come.
        if (!request.readableEnded) reject(new ConnectionClosed());
      });
    });
  }

  private takeChunk(chunk: Buffer, sink: BodySink): Promise<void> | undefined {
    const { fault, entry } = this;
    const first = entry.bytesReceived === 0;
    entry.bytesReceived += chunk.length;
    this.progressed();
    if (fault?.kind === 'corrupt' && first) chunk[0]! ^= 1;
    if (fault?.kind === 'reset' && entry.bytesReceived >= (fault.afterBytes ?? 0)) {
      this.reset();
      return Promise.reject(new ConnectionClosed());
    }
    if (fault?.kind === 'stall' && entry.bytesReceived >= (fault.afterBytes ?? 0))
      return this.stall();
    const written = sink.write(chunk);
    if (fault?.kind !== 'slow') return written ?? undefined;
    return Promise.all([written, sleep((chunk.length / fault.bytesPerSecond) * 1000)]).then();
  }

  /** Reads a small body (XML) as text. */
  async receiveText(maxBytes: number): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    await this.receive({
      write: (chunk) => {
        size += chunk.length;
        if (size <= maxBytes) chunks.push(chunk);
      },
    });
    return Buffer.concat(chunks).toString();
  }

  async send(response: ServiceResponse): Promise<void> {
    const { outgoing, entry, fault } = this;
    if (outgoing.destroyed || this.request.socket.destroyed) throw new ConnectionClosed();
    const body = typeof response.body === 'string' ? Buffer.from(response.body) : response.body;
    const headers: Record<string, string> = { ...response.headers };
    if (!(body instanceof Readable) && response.status !== 204)
      headers['Content-Length'] ??= String(body?.length ?? 0);
    entry.status = response.status;
    if (response.code) entry.code = response.code;
    if (fault?.kind !== 'truncateResponse' || body) outgoing.writeHead(response.status, headers);
    const sent = this.request.method === 'HEAD' ? undefined : body;
    if (fault?.kind === 'truncateResponse')
      await this.truncate(sent, Number(headers['Content-Length']) >> 1);
    else if (sent instanceof Readable) await pump(sent, outgoing);
    else if (fault?.kind === 'error' && fault.reset) this.sendAndReset(sent);
    else outgoing.end(sent);
  }

  /** Sends so many bytes of the body and closes the connection. Without a body, the headers are truncated. */
  private async truncate(body: Buffer | Readable | undefined, bytes: number): Promise<void> {
    const { socket } = this.request;
    if (!body || bytes === 0) {
      socket.end('HTTP/1.1 200 OK\r\nServer: AliyunO');
      return;
    }
    const whole =
      body instanceof Readable ? Buffer.concat((await body.toArray()) as Buffer[]) : body;
    this.outgoing.write(whole.subarray(0, bytes), () => socket.destroy());
  }

  private sendAndReset(body: Buffer | undefined): void {
    // Not `end`: for `Connection: close` that would shut the socket down, and Node cannot reset one that is shut down.
    this.outgoing.write(body ?? '', () => this.reset());
  }

  private resetNow(): never {
    this.reset();
    throw new ConnectionClosed();
  }
}

/** Streams a body. A client that closes the connection during a download is not an error of the sandbox. */
async function pump(body: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(body, response);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(code)) throw error;
    throw new ConnectionClosed();
  }
}
