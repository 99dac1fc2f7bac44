import type http from 'node:http';

import { startServer } from '../../http/server';
import { marked } from '../keySources/marked';

/** A request as STS saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly pathname: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
}

export interface StsAnswer {
  readonly status?: number;
  /** An object goes out as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeSts {
  readonly origin: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** What STS answers, in the shape of the API's documentation. */
export const lent = {
  RequestId: '6894B13B-6D71-4EF5-88FA-F32781734A7F',
  AssumedRoleUser: { AssumedRoleId: '344584339364951186:alice', Arn: 'acs:ram::1:role/r/alice' },
  Credentials: {
    AccessKeyId: 'STS.NSgVVoPkt3UnXqSvmUXn4rZYJ',
    AccessKeySecret: marked.secret,
    SecurityToken: marked.token,
    Expiration: '2999-01-01T00:00:00Z',
  },
};

/** Answers request after request with these, the last one again and again. */
export async function startSts(...answers: readonly StsAnswer[]): Promise<FakeSts> {
  const seen: SeenRequest[] = [];
  const server = await startServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://sts.test');
    seen.push({
      method: request.method ?? '',
      pathname: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
    });
    const { status = 200, body, headers } = answers[seen.length - 1] ?? answers.at(-1)!;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return { origin: server.origin, seen, close: () => server.close() };
}
