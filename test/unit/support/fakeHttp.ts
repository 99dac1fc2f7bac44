import type {
  HttpResponse,
  HttpClient,
  HttpRequest,
  HttpStream,
} from '../../../src/core/http/types';

/** An answer as a test writes it down; names of headers in lower case. */
export interface AnswerSketch {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Answers requests as a test says, and keeps them. */
export class FakeHttp implements HttpClient {
  readonly requests: HttpRequest[] = [];
  /** How many streamed bodies were read to their end or left. */
  closedStreams = 0;

  /** @param answer for the request of that number, from 0 on */
  constructor(private readonly answer: (request: HttpRequest, number: number) => AnswerSketch) {}

  send(request: HttpRequest): Promise<HttpResponse> {
    return Promise.resolve(this.#answerTo(request));
  }

  stream(request: HttpRequest): Promise<HttpStream> {
    const { body, ...head } = this.#answerTo(request);
    return Promise.resolve({ ...head, body: this.#chunks(body) });
  }

  get last(): HttpRequest {
    return this.requests.at(-1)!;
  }

  #answerTo(request: HttpRequest): HttpResponse {
    this.requests.push(request);
    const {
      status = 200,
      headers = {},
      body = '',
    } = this.answer(request, this.requests.length - 1);
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

/** ms since 1970 as a `Date` header. */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
