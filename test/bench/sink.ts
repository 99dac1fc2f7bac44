// A server that accepts requests to OSS as cheaply as possible and stores nothing:  node sink.cjs [ADDRESS]
// On the message 'connections' it sends the number of TLS connections that it accepted since the last such message.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { SlowLink } from '../sandbox/network/slowLink';
import { TestAuthority } from '../sandbox/network/authority';
import { bitsPerSecond, roundTripMs, type Link } from './cases';

/** The message that the process sends when it is ready. */
export interface SinkReady {
  readonly origins: Readonly<Record<Link, string>>;
  /** PEM, for NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
}

const documents: Readonly<Record<string, string>> = {
  initiate: '<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>',
  complete:
    '<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><ETag>"E"</ETag></CompleteMultipartUploadResult>',
};

function respond(request: http.IncomingMessage, response: http.ServerResponse): void {
  request.resume();
  request.once('end', () => {
    response.setHeader('x-oss-request-id', 'bench');
    response.setHeader('ETag', '"E"');
    if (request.method === 'HEAD') {
      response.statusCode = 404;
      response.end();
    } else if (request.method === 'POST') {
      const kind = request.url?.includes('uploadId') ? 'complete' : 'initiate';
      response.setHeader('Content-Type', 'application/xml');
      response.end(documents[kind]);
    } else {
      response.end();
    }
  });
}

/** ali-oss connects to an address with the bucket's host name. */
const host = process.argv[2] ?? '127.0.0.1';
const names = [host, 'edas-hz.oss-cn-hangzhou.aliyuncs.com'];

async function listen(server: http.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

async function run(): Promise<void> {
  const authority = new TestAuthority();
  const port = await listen(http.createServer(respond));
  const tls = https.createServer(authority.issueServer(names), respond);
  let connections = 0;
  tls.on('connection', () => (connections += 1));
  process.on('message', () => {
    process.send?.(connections);
    connections = 0;
  });
  const secure = await listen(tls);
  const slow = await SlowLink.start({
    roundTripMs,
    bitsPerSecond,
    target: { host, port },
  });
  const ready: SinkReady = {
    origins: {
      http: `http://${host}:${port}`,
      tls: `https://${host}:${secure}`,
      slow: `http://127.0.0.1:${slow.address.port}`,
    },
    authority: authority.certificate,
  };
  process.send?.(ready);
}

process.once('disconnect', () => process.exit());
void run();
