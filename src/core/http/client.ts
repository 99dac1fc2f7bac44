import http from 'node:http';
import https from 'node:https';
import type { Disposable } from '../util/disposable';
import { hasCode } from '../errors/catalogue';
import { silentLog, type Log } from '../util/log';
import { readBody } from './response';
import type { HttpResponse, HttpClient, HttpRequest, HttpStream } from './types';
import { normalizeRequest, type PreparedRequest } from './normalizeRequest';
import { sendBySocket } from './socketTransport';

/** Bodies up to this size are sent with node-fetch. Bytes. */
const smallBodyBytes = 64 * 1024;

export interface HttpClientOptions {
  /** Value of the User-Agent header. */
  readonly userAgent?: string;
  /** How many connections to one host may be open; VS Code's patched http may ignore it. Default 16. */
  readonly connectionsPerHost?: number;
  readonly log?: Log;
}

/** Creates the client that sends every request of the extension. Disposing it closes its connections. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient & Disposable {
  return new TwoTransports(options);
}

/**
 * One interface over two transports that share their connections: node-fetch for small requests with small responses,
 * and bare sockets for large bodies and responses that are read as a stream, for which node-fetch is slower (`sendBySocket`).
 */
class TwoTransports implements HttpClient, Disposable {
  readonly #agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
  readonly #userAgent: string;
  readonly #log: Log;
  /** Hosts that have responded, so that an idle connection to them may have been closed unnoticed. */
  readonly #responded = new Set<string>();

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
      this.#isForFetch(prepared)
        ? this.#onceMore(prepared, () => this.#sendByFetch(prepared))
        : this.#sendBySocket(prepared),
    );
  }

  async stream(request: HttpRequest): Promise<HttpStream> {
    const prepared = normalizeRequest(request, this.#userAgent);
    return this.#logged(prepared, () =>
      sendBySocket(prepared, this.#agentOf(prepared), { isWhole: false }),
    );
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
    const response = await sendBySocket(request, this.#agentOf(request), { isWhole: true });
    const body = await readBody(response.body, request.maxResponseBytes, request.url.host);
    return { status: response.status, header: (name) => response.header(name), body };
  }

  #isForFetch({ body, path, url }: PreparedRequest): boolean {
    const isSmall =
      body === undefined || (body instanceof Uint8Array && body.length <= smallBodyBytes);
    // node-fetch takes the path from the URL.
    return isSmall && path === url.pathname + url.search;
  }

  #agentOf(request: PreparedRequest): http.Agent {
    return this.#agents[request.url.protocol === 'https:' ? 'https:' : 'http:'];
  }

  /**
   * A server may close an idle connection at the moment the next request is sent on it. Such a reset says nothing about
   * the server, so a request that may be repeated (RFC 9110, 9.2.2) is repeated once.
   */
  async #onceMore(
    request: PreparedRequest,
    send: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    try {
      return await send();
    } catch (error) {
      const isRepeatable = request.method !== 'POST' && request.sendOnce !== true;
      const mayBeStale = isRepeatable && this.#responded.has(request.url.host);
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
    // Never the query: it holds the signature of a signed URL.
    const [path = ''] = request.path.split('?');
    const what = `${request.method} ${request.url.host}${path}`;
    const startedAt = performance.now();
    const took = (): string => `${Math.round(performance.now() - startedAt)} ms`;
    try {
      const response = await send();
      this.#responded.add(request.url.host);
      this.#log.debug(`${what} → ${response.status} in ${took()}`);
      return response;
    } catch (error) {
      this.#log.debug(
        `${what} → ${error instanceof Error ? error.message : 'failed'} in ${took()}`,
      );
      throw error;
    }
  }
}
