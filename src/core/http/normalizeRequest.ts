import { parseRequestUrl } from './requestUrl';
import type { HttpRequest } from './types';

/** Slow lines are fine; a line on which nothing moves for so long is not. ms. */
const defaultStallMs = 30_000;

const defaultDeadlineMs = 120_000;

/** No answer of EDAS or OSS that we read whole comes near it. Bytes. */
const defaultMaxAnswerBytes = 1024 * 1024;

/** A request with its defaults filled in and its destination allowed. */
export interface PreparedRequest extends Omit<HttpRequest, 'url'> {
  readonly url: URL;
  readonly stallMs: number;
  readonly deadlineMs: number;
  readonly maxAnswerBytes: number;
}

/** @throws CodedError `endpoint.insecure`, `endpoint.invalid` */
export function normalizeRequest(request: HttpRequest, userAgent: string): PreparedRequest {
  return {
    ...request,
    url: parseRequestUrl(request.url),
    headers: {
      'user-agent': userAgent,
      accept: '*/*',
      'accept-encoding': 'identity',
      ...lowerCased(request.headers),
      // VS Code replaces the agent of every host but localhost and 127.0.0.1; the connection is kept all the same
      // when each request asks for it (microsoft/vscode#173861).
      connection: 'keep-alive',
    },
    stallMs: request.stallMs ?? defaultStallMs,
    deadlineMs: request.deadlineMs ?? defaultDeadlineMs,
    maxAnswerBytes: request.maxAnswerBytes ?? defaultMaxAnswerBytes,
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
