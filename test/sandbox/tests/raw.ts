import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';

export interface RawRequest {
  readonly method: string;
  /** Sent as it is. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  /** Authority to trust, PEM. */
  readonly ca?: string;
  readonly agent?: http.Agent;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** Text of the first XML element with this name, in the body or in `x-oss-err`. */
  element(name: string): string | undefined;
}

/** Sends one request by node:http, with nothing added but what HTTP needs. */
export function send(request: RawRequest): Promise<RawResponse> {
  const { method, url, headers, body, ca, agent } = request;
  const client = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = client.request(
      url,
      { method, headers, agent: agent ?? false, ...(ca && { ca }) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const whole = Buffer.concat(chunks);
          resolve({
            status: incoming.statusCode!,
            headers: incoming.headers,
            body: whole,
            element: (name) => elementOf(name, incoming.headers['x-oss-err'], whole),
          });
        });
      },
    );
    outgoing.on('error', reject);
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) outgoing.end(body);
    else body.pipe(outgoing);
  });
}

function elementOf(name: string, header: unknown, body: Buffer): string | undefined {
  const text = typeof header === 'string' ? Buffer.from(header, 'base64') : body;
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text.toString())?.[1];
}
