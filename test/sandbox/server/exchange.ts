import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Answer } from './answer';
import { ConnectionGone } from './errors';
import type { FaultAction } from './faults';
import type { JournalEntry } from './journal';
import type { Listener } from './listener';

/** Takes a body, chunk by chunk. */
export interface BodySink {
  write(chunk: Buffer): Promise<void> | void;
}

/** One request and its answer; the place where faults of the wire are played. */
export class Exchange {
  constructor(
    readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly listener: Listener,
    readonly entry: JournalEntry,
    readonly fault: FaultAction | undefined,
    /** Called when bytes of the body have come in. */
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

  /** Waits until the connection ends: nothing is read, nothing answered. */
  async stall(): Promise<never> {
    const { socket } = this.request;
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    throw new ConnectionGone();
  }

  /**
   * Reads the whole body into the sink, and plays the body's faults. May be called again when there is none: a request
   * without a body has its faults played before the work.
   */
  async receive(sink: BodySink): Promise<void> {
    const { fault, request } = this;
    if (request.complete && request.readableEnded) return;
    // Its events have passed: the client left while something else was waited for.
    if (request.destroyed && !request.readableEnded) throw new ConnectionGone();
    if (fault?.kind === 'reset' && !fault.afterBytes) this.cut();
    if (fault?.kind === 'stall' && !fault.afterBytes) await this.stall();
    // Events, not `for await`: that would join what has come in, a copy of everything.
    await new Promise<void>((resolve, reject) => {
      let taken: Promise<void> | undefined;
      request.on('data', (chunk: Buffer) => {
        taken = this.takeChunk(chunk, sink);
        if (!taken) return;
        request.pause();
        taken.then(() => request.resume(), reject);
      });
      // May come while the last chunk is still being taken, paused or not.
      request.once('end', () => void Promise.resolve(taken).then(resolve, reject));
      request.once('error', () => reject(new ConnectionGone()));
      request.once('close', () => {
        // Also when the body had arrived but was not read to its end: nothing more comes of it.
        if (!request.readableEnded) reject(new ConnectionGone());
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
      return Promise.reject(new ConnectionGone());
    }
    if (fault?.kind === 'stall' && entry.bytesReceived >= (fault.afterBytes ?? 0))
      return this.stall();
    const written = sink.write(chunk);
    if (fault?.kind !== 'slow') return written ?? undefined;
    return Promise.all([written, sleep((chunk.length / fault.bytesPerSecond) * 1000)]).then();
  }

  /** A body that is small by nature (XML), whole. */
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

  async send(answer: Answer): Promise<void> {
    const { response, entry, fault } = this;
    if (response.destroyed || this.request.socket.destroyed) throw new ConnectionGone();
    const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
    const headers: Record<string, string> = { ...answer.headers };
    if (!(body instanceof Readable) && answer.status !== 204)
      headers['Content-Length'] ??= String(body?.length ?? 0);
    entry.status = answer.status;
    if (answer.code) entry.code = answer.code;
    if (fault?.kind !== 'halfAnswer' || body) response.writeHead(answer.status, headers);
    const sent = this.request.method === 'HEAD' ? undefined : body;
    if (fault?.kind === 'halfAnswer')
      await this.breakOff(sent, Number(headers['Content-Length']) >> 1);
    else if (sent instanceof Readable) await pump(sent, response);
    else if (fault?.kind === 'error' && fault.reset) this.sendAndReset(sent);
    else response.end(sent);
  }

  /** Sends so many bytes of the body and closes. Where there is no body, the head itself breaks off. */
  private async breakOff(body: Buffer | Readable | undefined, bytes: number): Promise<void> {
    const { socket } = this.request;
    if (!body || bytes === 0) {
      socket.end('HTTP/1.1 200 OK\r\nServer: AliyunO');
      return;
    }
    const whole =
      body instanceof Readable ? Buffer.concat((await body.toArray()) as Buffer[]) : body;
    this.response.write(whole.subarray(0, bytes), () => socket.destroy());
  }

  private sendAndReset(body: Buffer | undefined): void {
    // Not `end`: for `Connection: close` that would shut the socket down, and Node cannot reset one that is shut down.
    this.response.write(body ?? '', () => this.reset());
  }

  private cut(): never {
    this.reset();
    throw new ConnectionGone();
  }
}

/** A client that goes away in the middle of a download is no fault of ours. */
async function pump(body: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(body, response);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(code)) throw error;
    throw new ConnectionGone();
  }
}
