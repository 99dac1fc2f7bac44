import http from 'node:http';
import https from 'node:https';
import type { Disposable } from '../util/disposable';
import { hasCode } from '../errors/catalogue';
import { silentLog, type Log } from '../util/log';
import { readBody } from './response';
import type { HttpResponse, HttpClient, HttpRequest, HttpStream } from './types';
import { normalizeRequest, type PreparedRequest } from './normalizeRequest';
import { sendBySocket } from './socketTransport';

/** Up to here a body is small, and goes over node-fetch. Bytes. */
const smallBodyBytes = 64 * 1024;

export interface HttpClientOptions {
  /** Value of the User-Agent header. */
  readonly userAgent?: string;
  /** How many connections to one host may be open; VS Code's own http may not heed it. Default 16. */
  readonly connectionsPerHost?: number;
  readonly log?: Log;
}

/** Makes the one client that every request of the extension goes through. Disposing closes its connections. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient & Disposable {
  return new TwoTransports(options);
}

/** One interface over two transports, which share their connections; `#isSmall` says which request takes which. */
class TwoTransports implements HttpClient, Disposable {
  readonly #agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
  readonly #userAgent: string;
  readonly #log: Log;
  /** Hosts that have answered, so that a kept connection to them may have died unnoticed. */
  readonly #answered = new Set<string>();

  constructor(options: HttpClientOptions) {
    const agentOptions = { keepAlive: true, maxSockets: options.connectionsPerHost ?? 16 };
    this.#agents = {
      'http:': new http.Agent(agentOptions),
      'https:': new https.Agent(agentOptions),
    };
    this.#userAgent = options.userAgent ?? 'edas-package-storage';
    this.#log = options.log ?? silentLog;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const prepared = normalizeRequest(request, this.#userAgent);
    return this.#logged(prepared, () =>
      this.#isSmall(prepared)
        ? this.#onceMore(prepared, () => this.#sendByFetch(prepared))
        : this.#sendBySocket(prepared),
    );
  }

  async stream(request: HttpRequest): Promise<HttpStream> {
    const prepared = normalizeRequest(request, this.#userAgent);
    return this.#logged(prepared, () => sendBySocket(prepared, this.#agentOf(prepared), false));
  }

  dispose(): void {
    this.#agents['http:'].destroy();
    this.#agents['https:'].destroy();
  }

  async #sendByFetch(request: PreparedRequest): Promise<HttpResponse> {
    const { sendByFetch } = await import('./fetchTransport');
    return sendByFetch(request, this.#agentOf(request));
  }

  async #sendBySocket(request: PreparedRequest): Promise<HttpResponse> {
    const answer = await sendBySocket(request, this.#agentOf(request), true);
    const body = await readBody(answer.body, request.maxAnswerBytes, request.url.host);
    return { status: answer.status, header: (name) => answer.header(name), body };
  }

  #isSmall({ body }: PreparedRequest): boolean {
    return body === undefined || (body instanceof Uint8Array && body.length <= smallBodyBytes);
  }

  #agentOf(request: PreparedRequest): http.Agent {
    return this.#agents[request.url.protocol === 'https:' ? 'https:' : 'http:'];
  }

  /**
   * A server may close a kept connection in the moment in which the next request goes out on it. Such a reset says
   * nothing, so a request that may be repeated (RFC 9110, 9.2.2) is repeated once.
   */
  async #onceMore(
    request: PreparedRequest,
    send: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    try {
      return await send();
    } catch (error) {
      const mayBeStale = request.method !== 'POST' && this.#answered.has(request.url.host);
      if (!mayBeStale || !hasCode(error, 'network.reset')) {
        throw error;
      }
      return await send();
    }
  }

  async #logged<T extends HttpStream | HttpResponse>(
    request: PreparedRequest,
    send: () => Promise<T>,
  ): Promise<T> {
    // Never the query: a signed URL carries its signature there.
    const what = `${request.method} ${request.url.host}${request.url.pathname}`;
    const startedAt = performance.now();
    const took = (): string => `${Math.round(performance.now() - startedAt)} ms`;
    try {
      const answer = await send();
      this.#answered.add(request.url.host);
      this.#log.debug(`${what} → ${answer.status} in ${took()}`);
      return answer;
    } catch (error) {
      this.#log.debug(
        `${what} → ${error instanceof Error ? error.message : 'failed'} in ${took()}`,
      );
      throw error;
    }
  }
}
