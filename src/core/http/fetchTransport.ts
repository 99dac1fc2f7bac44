import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Agent, ClientRequest } from 'node:http';
import fetch from 'node-fetch';
import { CodedError } from '../errors/catalogue';
import { abortError, onAbort } from '../util/abort';
import { limitInformation } from './informationLimit';
import { assertUsableResponse, readBody } from './response';
import { toNetworkError } from './networkErrors';
import type { HttpResponse } from './types';
import type { PreparedRequest } from './normalizeRequest';

/**
 * Sends a small request over node-fetch. This module is loaded at the first request, because it takes 30 ms that
 * activation should not. Large bodies are sent by `socketTransport.ts`.
 */
export async function sendByFetch(request: PreparedRequest, agent: Agent): Promise<HttpResponse> {
  const { host } = request.url;
  const ended = new AbortController();
  let reason: Error | undefined;
  const end = (why: Error): void => {
    reason ??= why;
    ended.abort();
  };
  const stall = setTimeout(() => end(new CodedError('network.stalled', { host })), request.stallMs);
  const deadline = setTimeout(
    () => end(new CodedError('network.stalled', { host })),
    request.deadlineMs,
  );
  const stopListening = onAbort(request.signal, () => end(abortError()));
  try {
    if (ended.signal.aborted) {
      throw abortError();
    }
    const refuse = (): void => end(new CodedError('response.notUnderstood', { host }));
    const response = await withRequestOfFetch(
      (outgoing) => limitInformation(outgoing, refuse),
      () =>
        fetch(request.url, {
          method: request.method,
          headers: request.headers,
          body: request.body instanceof Uint8Array ? asBuffer(request.body) : null,
          redirect: 'manual',
          compress: false,
          agent,
          signal: ended.signal,
        }),
    );
    stall.refresh();
    const head = {
      status: response.status,
      header: (name: string) => response.headers.get(name) ?? undefined,
    };
    assertUsableResponse(head, host);
    const body = await readBody(
      refreshing(response.body as AsyncIterable<Uint8Array> | null, stall),
      request.maxResponseBytes,
      host,
    );
    return { ...head, body };
  } catch (error) {
    // node-fetch keeps the socket of a response that was not read to its end: close it.
    ended.abort();
    throw reason ?? toNetworkError(withoutUrl(error), host);
  } finally {
    clearTimeout(stall);
    clearTimeout(deadline);
    stopListening();
  }
}

const requestSeen = new AsyncLocalStorage<(outgoing: ClientRequest) => void>();

subscribe('http.client.request.start', (message) => {
  requestSeen.getStore()?.((message as { request: ClientRequest }).request);
});

let fetches = 0;

/**
 * node-fetch keeps its `ClientRequest` to itself; Node announces it, also to whoever else makes requests meanwhile. The
 * storage is disabled in between: in Node before 24 it makes every promise of the process slower.
 */
async function withRequestOfFetch<T>(
  seen: (outgoing: ClientRequest) => void,
  send: () => Promise<T>,
): Promise<T> {
  fetches += 1;
  try {
    return await requestSeen.run(seen, send);
  } finally {
    fetches -= 1;
    if (fetches === 0) {
      requestSeen.disable();
    }
  }
}

async function* refreshing(
  chunks: AsyncIterable<Uint8Array> | null,
  stall: NodeJS.Timeout,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks ?? []) {
    stall.refresh();
    yield chunk;
  }
}

/** A view on the same memory: node-fetch would send a plain Uint8Array without a Content-Length. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** node-fetch puts the whole URL into its messages, and a signed URL is a secret. */
function withoutUrl(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'FetchError' || !('code' in error)) {
    return error;
  }
  const message = error.message.replace(/^request to .*? failed, reason: /s, '');
  return Object.assign(new Error(message), { code: error.code });
}
