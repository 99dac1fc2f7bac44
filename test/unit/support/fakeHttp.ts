import type {
  HttpResponse,
  HttpClient,
  HttpRequest,
  HttpStream,
} from '../../../src/core/http/types';

/** A response as a test defines it; header names in lower case. */
export interface AnswerSketch {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends the responses that a test defines, and records the requests. */
export class FakeHttp implements HttpClient {
  readonly requests: HttpRequest[] = [];
  /** How many streamed bodies were read to the end or abandoned. */
  closedStreams = 0;

  /** @param respond returns the response to a request; the first has number 0 */
  constructor(private readonly respond: (request: HttpRequest, number: number) => AnswerSketch) {}

  send(request: HttpRequest): Promise<HttpResponse> {
    return Promise.resolve(this.#respondTo(request));
  }

  stream(request: HttpRequest): Promise<HttpStream> {
    const { body, ...head } = this.#respondTo(request);
    return Promise.resolve({ ...head, body: this.#chunks(body) });
  }

  get last(): HttpRequest {
    return this.requests.at(-1)!;
  }

  #respondTo(request: HttpRequest): HttpResponse {
    this.requests.push(request);
    const {
      status = 200,
      headers = {},
      body = '',
    } = this.respond(request, this.requests.length - 1);
    return {
      status,
      header: (name) => headers[name.toLowerCase()],
      body: Buffer.from(body as Uint8Array),
    };
  }

  async *#chunks(body: Buffer): AsyncGenerator<Uint8Array> {
    try {
      for (let start = 0; start < body.length; start += 7) {
        yield await Promise.resolve(body.subarray(start, start + 7));
      }
    } finally {
      this.closedStreams++;
    }
  }
}

/** A time in ms since 1970 as the value of a `Date` header. */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
