import type http from 'node:http';

import { startServer } from '../../http/server';
import { markedKeys } from '../keySources/markedKeys';

/** A request as the server received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly pathname: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
}

export interface StsResponse {
  readonly status?: number;
  /** An object is sent as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeSts {
  readonly origin: string;
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** A successful response, as the API's documentation shows it. */
export const assumeRoleResponse = {
  RequestId: '6894B13B-6D71-4EF5-88FA-F32781734A7F',
  AssumedRoleUser: { AssumedRoleId: '344584339364951186:alice', Arn: 'acs:ram::1:role/r/alice' },
  Credentials: {
    AccessKeyId: 'STS.NSgVVoPkt3UnXqSvmUXn4rZYJ',
    AccessKeySecret: markedKeys.secret,
    SecurityToken: markedKeys.token,
    Expiration: '2999-01-01T00:00:00Z',
  },
};

/** Sends these responses one after the other, and repeats the last one. */
export async function startSts(...responses: readonly StsResponse[]): Promise<FakeSts> {
  const requests: ReceivedRequest[] = [];
  const server = await startServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://sts.test');
    requests.push({
      method: request.method ?? '',
      pathname: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
    });
    const { status = 200, body, headers } = responses[requests.length - 1] ?? responses.at(-1)!;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return { origin: server.origin, requests, close: () => server.close() };
}
