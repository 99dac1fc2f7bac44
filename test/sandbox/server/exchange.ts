import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
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

  reset(): void {
    this.listener.reset(this.request.socket);
  }

  /** Waits until the connection ends: nothing is read, nothing answered. */
  async stall(): Promise<never> {
    const { socket } = this.request;
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    throw new ConnectionGone();
  }

  /** Reads the whole body into the sink, and plays the body's faults. */
  async receive(sink: BodySink): Promise<void> {
    const { fault, entry } = this;
    if (fault?.kind === 'reset' && !fault.afterBytes) this.cut();
    if (fault?.kind === 'stall' && !fault.afterBytes) await this.stall();
    try {
      for await (const chunk of this.request as AsyncIterable<Buffer>) {
        entry.bytesReceived += chunk.length;
        if (fault?.kind === 'reset' && entry.bytesReceived >= fault.afterBytes!) this.cut();
        if (fault?.kind === 'stall' && entry.bytesReceived >= fault.afterBytes!) await this.stall();
        if (fault?.kind === 'slow') await sleep((chunk.length / fault.bytesPerSecond) * 1000);
        if (fault?.kind === 'corrupt' && entry.bytesReceived === chunk.length) chunk[0]! ^= 1;
        await sink.write(chunk);
      }
    } catch (error) {
      // Node reports a body that breaks off as ECONNRESET on the request.
      if (this.request.destroyed && !this.request.complete) throw new ConnectionGone();
      throw error;
    }
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
    const { response, entry } = this;
    if (response.destroyed || this.request.socket.destroyed) throw new ConnectionGone();
    const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
    const headers: Record<string, string> = { ...answer.headers };
    if (!(body instanceof Readable) && answer.status !== 204)
      headers['Content-Length'] ??= String(body?.length ?? 0);
    entry.status = answer.status;
    if (answer.code) entry.code = answer.code;
    response.writeHead(answer.status, headers);
    if (this.request.method === 'HEAD' || body === undefined) {
      response.end();
    } else if (body instanceof Readable) {
      await pump(body, response);
    } else {
      this.end(body);
    }
  }

  private end(body: Buffer): void {
    const { fault, response } = this;
    const broken = fault?.kind === 'halfAnswer';
    if (!broken && !(fault?.kind === 'error' && fault.reset)) {
      response.end(body);
      return;
    }
    // Half of it (or all of it, for a refusal), then RST.
    response.write(broken ? body.subarray(0, body.length >> 1) : body, () => this.reset());
  }

  private cut(): never {
    this.reset();
    throw new ConnectionGone();
  }
}

async function pump(body: Readable, response: ServerResponse): Promise<void> {
  response.on('close', () => body.destroy());
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (response.destroyed) throw new ConnectionGone();
    if (!response.write(chunk))
      await new Promise<void>((resolve) => {
        response.once('drain', resolve).once('close', resolve);
      });
  }
  response.end();
}
