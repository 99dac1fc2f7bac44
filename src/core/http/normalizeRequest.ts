import { parseRequestUrl } from './requestUrl';
import type { HttpRequest } from './types';

/** A slow network is fine; one on which nothing moves for so long is not. ms. */
const defaultStallMs = 30_000;

const defaultDeadlineMs = 120_000;

/** Far more than any response of EDAS or OSS that is read whole. Bytes. */
const defaultMaxResponseBytes = 1024 * 1024;

/** A request with its defaults filled in and its destination checked. */
export interface PreparedRequest extends Omit<HttpRequest, 'url'> {
  readonly url: URL;
  /** Path and query as they were given; `url` has no segments `.` and `..` any more. */
  readonly path: string;
  readonly stallMs: number;
  readonly deadlineMs: number;
  readonly maxResponseBytes: number;
}

/** @throws CodedError `endpoint.insecure`, `endpoint.invalid` */
export function normalizeRequest(request: HttpRequest, userAgent: string): PreparedRequest {
  const url = parseRequestUrl(request.url);
  return {
    ...request,
    url,
    path: pathOf(request.url, url),
    headers: {
      'user-agent': userAgent,
      accept: '*/*',
      'accept-encoding': 'identity',
      ...lowerCased(request.headers),
      // VS Code replaces the agent for every host but localhost and 127.0.0.1; connections are kept alive all the same
      // when each request has this header (microsoft/vscode#173861).
      connection: 'keep-alive',
    },
    stallMs: request.stallMs ?? defaultStallMs,
    deadlineMs: request.deadlineMs ?? defaultDeadlineMs,
    maxResponseBytes: request.maxResponseBytes ?? defaultMaxResponseBytes,
  };
}

function pathOf(text: string, { pathname, search }: URL): string {
  const [given = ''] = /(?<=^https?:\/\/[^/?]+)\/.*/s.exec(text) ?? [];
  const hasDots = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i.test(given);
  return hasDots ? given : pathname + search;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
