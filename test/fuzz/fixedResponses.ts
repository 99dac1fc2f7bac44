import { strict as assert } from 'node:assert';

import type { HttpResponse, HttpClient, HttpStream } from '../../src/core/http/types';
import type { Message } from './message';

/** No operation sends more requests: the longest listings have a thousand pages. */
const mostRequests = 1_000;

/** A server that returns the same responses one after the other, again and again. */
export class FixedResponses implements HttpClient {
  #requests = 0;

  constructor(private readonly messages: readonly Message[]) {}

  send(): Promise<HttpResponse> {
    const message = this.#next();
    return Promise.resolve({ ...headOf(message), body: message.body });
  }

  stream(): Promise<HttpStream> {
    const message = this.#next();
    return Promise.resolve({ ...headOf(message), body: chunksOf(message) });
  }

  #next(): Message {
    assert.ok(this.#requests < mostRequests, 'the number of requests is limited');
    return this.messages[this.#requests++ % this.messages.length]!;
  }
}

function headOf({ status, headers }: Message): Omit<HttpResponse, 'body'> {
  const values = new Map(headers);
  return { status, header: (name) => values.get(name.toLowerCase()) };
}

async function* chunksOf({ body }: Message): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < body.length; start += 1000) {
    yield await Promise.resolve(body.subarray(start, start + 1000));
  }
}
