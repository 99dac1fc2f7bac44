import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import net from 'node:net';
import { createHttpClient } from '../../../../src/core/http/client';
import type { HttpBody, HttpRequest } from '../../../../src/core/http/types';
import type { ErrorCode } from '../../../../src/core/errors/catalogue';
import { bodyOf, startServer, type Handler, type TestServer } from './server';

/** A body that reuses one buffer for all slices, as transfers do. */
function reusedBuffer(bytes: Uint8Array, sliceBytes: number): HttpBody & { sent: number } {
  return {
    sent: 0,
    length: bytes.length,
    *slices() {
      const buffer = new Uint8Array(sliceBytes);
      for (let start = 0; start < bytes.length; start += sliceBytes) {
        const part = bytes.subarray(start, start + sliceBytes);
        buffer.set(part);
        yield buffer.subarray(0, part.length);
        buffer.fill(0xee);
      }
    },
    onSent(count) {
      this.sent += count;
    },
  };
}

/** A handler that reads no request, so that the server does not notice closed connections, until it is resumed. */
function pausedHandler(): { handle: Handler; resume: () => void } {
  const requests: IncomingMessage[] = [];
  let isPaused = true;
  return {
    handle: (request) => {
      requests.push(isPaused ? request.pause() : request.resume());
    },
    resume: () => {
      isPaused = false;
      requests.forEach((request) => request.resume());
    },
  };
}

const megabyte = new Uint8Array(1024 * 1024).fill(7);

/** The same request over node-fetch and over node:http: both transports must behave in the same way. */
const transports: readonly { name: string; body: HttpRequest['body'] }[] = [
  { name: 'node-fetch', body: Buffer.from('small') },
  { name: 'node:http', body: reusedBuffer(megabyte, 100_000) },
];

describe('HTTP client', () => {
  const client = createHttpClient({ userAgent: 'test/1' });
  const servers: TestServer[] = [];

  async function serve(handle: Handler, tls = false): Promise<TestServer> {
    const server = await startServer(handle, { tls });
    servers.push(server);
    return server;
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  after(() => client.dispose());

  async function put(server: TestServer, more: Partial<HttpRequest> = {}) {
    return client.send({ method: 'PUT', url: `${server.origin}/k`, headers: {}, ...more });
  }

  async function assertFails(sending: Promise<unknown>, code: ErrorCode): Promise<void> {
    await assert.rejects(sending, { name: 'CodedError', code });
  }

  it('sends paths unchanged, although URL parsers remove dot segments', async () => {
    const paths: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      paths.push(request.url);
      response.end();
    });
    const dotted = ['/../k', '/a/./k?x=/../y', '/a/%2E%2e/k', '/..', '/a//k', '/?x=.'];
    for (const path of dotted) {
      const request = { method: 'GET', url: server.origin + path, headers: {} } as const;
      await client.send(request);
      for await (const chunk of (await client.stream(request)).body) {
        assert.ok(chunk);
      }
    }
    assert.deepEqual(
      paths,
      dotted.flatMap((path) => [path, path]),
    );
  });

  for (const { name, body } of transports) {
    describe(`over ${name}`, () => {
      it('sends the headers, the content length and the body, and reads the response', async () => {
        let headers: IncomingHttpHeaders = {};
        let received: Buffer = Buffer.alloc(0);
        const server = await serve(async (request, response) => {
          headers = request.headers;
          received = await bodyOf(request);
          response.setHeader('X-Oss-Request-Id', 'id').end('a response');
        });
        const response = await put(server, { body: body!, headers: { 'X-Oss-Date': 'now' } });
        assert.equal(response.status, 200);
        assert.equal(response.header('x-oss-REQUEST-id'), 'id');
        assert.equal(response.header('x-absent'), undefined);
        assert.equal(response.body.toString(), 'a response');
        assert.equal(headers['content-length'], String(body!.length));
        assert.equal(headers['transfer-encoding'], undefined);
        assert.equal(headers.connection, 'keep-alive');
        assert.equal(headers['accept-encoding'], 'identity');
        assert.equal(headers['user-agent'], 'test/1');
        assert.equal(headers['x-oss-date'], 'now');
        assert.equal(headers['content-type'], undefined);
        assert.ok(received.equals(body instanceof Uint8Array ? body : megabyte));
      });

      it('reuses connections', async () => {
        const server = await serve(async (request, response) => {
          await bodyOf(request);
          response.end();
        });
        for (let round = 0; round < 5; round++) {
          await Promise.all([put(server, { body: body! }), put(server, { body: body! })]);
        }
        assert.equal(server.connections, 2);
      });

      it('never follows a redirect', async () => {
        const paths: string[] = [];
        const server = await serve((request, response) => {
          paths.push(request.url!);
          request.resume();
          response.writeHead(307, { location: '/elsewhere' }).end();
        });
        await assertFails(put(server, { body: body! }), 'response.redirected');
        assert.deepEqual(paths, ['/k']);
      });

      it('stops reading a response that is longer than maxResponseBytes', async () => {
        const server = await serve((request, response) => {
          request.resume();
          response.write('x'.repeat(5000));
          if (request.url !== '/endless') {
            response.end();
          }
        });
        const limited = { body: body!, maxResponseBytes: 5000 };
        const response = await put(server, limited);
        await assertFails(put(server, { ...limited, maxResponseBytes: 4999 }), 'response.tooLarge');
        const url = `${server.origin}/endless`;
        await assertFails(
          put(server, { ...limited, url, maxResponseBytes: 4999 }),
          'response.tooLarge',
        );
        await server.allClosed();
        assert.equal(response.body.length, 5000);
      });

      it('fails when the server never responds', async () => {
        const server = await serve((request) => void request.resume());
        await assertFails(put(server, { body: body!, stallMs: 100 }), 'network.stalled');
        await server.allClosed();
      });

      it('fails when a response stops in the middle', async () => {
        const server = await serve((request, response) => {
          request.resume();
          response.writeHead(200, { 'content-length': '10' }).write('half');
        });
        await assertFails(put(server, { body: body!, stallMs: 100 }), 'network.stalled');
        await server.allClosed();
      });

      it('does not time out while a slow response makes progress', async () => {
        const server = await serve((request, response) => {
          request.resume();
          response.writeHead(200).flushHeaders();
          let left = 8;
          const timer = setInterval(() => {
            response.write('.');
            left -= 1;
            if (left === 0) {
              clearInterval(timer);
              response.end();
            }
          }, 150);
        });
        const response = await put(server, { body: body!, stallMs: 900 });
        assert.equal(response.body.toString(), '........');
      });

      it('reports a connection that is closed before or during the response', async () => {
        const server = await serve((request) => void request.socket.destroy());
        await assertFails(put(server, { body: body! }), 'network.reset');
        const half = await serve((request, response) => {
          request.resume();
          response.writeHead(200, { 'content-length': '10' }).write('half', () => {
            request.socket.end();
          });
        });
        await assertFails(put(half, { body: body! }), 'network.reset');
      });

      it('can be aborted before it starts, and while it waits for or reads the response', async () => {
        let requestCount = 0;
        const server = await serve((request, response) => {
          requestCount += 1;
          request.resume();
          if (request.url === '/half') {
            response.writeHead(200).write('half');
          }
        });
        await assert.rejects(put(server, { body: body!, signal: AbortSignal.abort() }), {
          name: 'AbortError',
        });
        assert.equal(requestCount, 0);
        for (const path of ['/', '/half']) {
          const stop = new AbortController();
          const sending = put(server, {
            url: server.origin + path,
            body: body!,
            signal: stop.signal,
          });
          while (server.openConnections === 0) {
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          setTimeout(() => stop.abort(new Error('custom reason')), 20);
          await assert.rejects(sending, { name: 'AbortError' });
          await server.allClosed();
        }
      });

      it('reports a refused connection with the host and the system error code', async () => {
        const server = await startServer(() => undefined);
        await server.close();
        await assert.rejects(put(server, { body: body! }), {
          code: 'network.refused',
          facts: { host: new URL(server.origin).host, detail: 'ECONNREFUSED' },
        });
      });

      it('rejects an untrusted certificate, and reports its error code', async () => {
        const server = await serve((_request, response) => void response.end(), true);
        await assert.rejects(put(server, { body: body! }), {
          code: 'network.tls',
          facts: { host: new URL(server.origin).host, detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
        });
      });

      it('rejects HTTP to other computers, and invalid URLs', async () => {
        const send = (url: string) => client.send({ method: 'PUT', url, headers: {}, body: body! });
        for (const url of [
          'http://oss-cn-hangzhou.aliyuncs.com/',
          'http://10.0.0.1/',
          'http://127.0.0.1.example.com/',
        ]) {
          await assertFails(send(url), 'endpoint.insecure');
        }
        for (const url of ['ftp://127.0.0.1/', 'edas.aliyuncs.com', '']) {
          await assertFails(send(url), 'endpoint.invalid');
        }
      });

      it('reports a proxy that requires a login', async () => {
        const server = await serve((request, response) => {
          request.resume();
          response.writeHead(407).end();
        });
        await assertFails(put(server, { body: body! }), 'network.proxyLogin');
      });
    });
  }

  describe('with a large body', () => {
    it('reads an early error response, sends no more, and closes the connection', async () => {
      let received = 0;
      const server = await serve((request, response) => {
        request.once('data', (chunk: Buffer) => {
          received = chunk.length;
          request.pause();
          response.writeHead(403).end('<Code>AccessDenied</Code>', () => {
            setTimeout(() => request.resume(), 100);
          });
        });
      });
      const body = reusedBuffer(new Uint8Array(64 * 1024 * 1024), 8 * 1024 * 1024);
      const response = await put(server, { body });
      assert.equal(response.status, 403);
      assert.equal(response.body.toString(), '<Code>AccessDenied</Code>');
      await server.allClosed();
      assert.ok(received > 0 && body.sent < body.length);
    });

    it('does not crash on a connection reset after an early response', async () => {
      const server = await serve((request, response) => {
        response.writeHead(403, { 'content-length': '2' }).end('no', () => {
          setTimeout(() => request.socket.resetAndDestroy(), 20);
        });
      });
      const response = await client.stream({
        method: 'PUT',
        url: server.origin,
        headers: {},
        body: reusedBuffer(new Uint8Array(16 * 1024 * 1024), 1024 * 1024),
      });
      assert.equal(response.status, 403);
      await server.allClosed();
      // The body of the response is not read; an error event without a listener would end this process.
      await new Promise((resolve) => setTimeout(resolve, 50));
    });

    it('fails when the server stops reading it', async () => {
      const paused = pausedHandler();
      const server = await serve(paused.handle);
      const body = reusedBuffer(new Uint8Array(64 * 1024 * 1024), 8 * 1024 * 1024);
      await assertFails(put(server, { body, stallMs: 200 }), 'network.stalled');
      assert.ok(body.sent < body.length);
      paused.resume();
      await server.allClosed();
    });

    it('closes the socket when the request is aborted while the body is sent', async () => {
      const paused = pausedHandler();
      const server = await serve(paused.handle);
      const stop = new AbortController();
      const body = reusedBuffer(new Uint8Array(64 * 1024 * 1024), 1024 * 1024);
      const sending = put(server, { body, signal: stop.signal });
      while (body.sent === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      stop.abort();
      await assert.rejects(sending, { name: 'AbortError' });
      paused.resume();
      await server.allClosed();
    });

    it('rethrows an error of the body, and rejects a body of the wrong length', async () => {
      const server = await serve((request) => void request.resume());
      const failing: HttpBody = {
        length: 10,
        *slices() {
          yield Buffer.from('12345');
          throw new Error('the file is gone');
        },
      };
      await assert.rejects(put(server, { body: failing }), /the file is gone/);
      await server.allClosed();
      for (const length of [4, 6]) {
        const wrong: HttpBody = { length, slices: () => [Buffer.from('12345')] };
        await assert.rejects(put(server, { body: wrong }), RangeError);
        await server.allClosed();
      }
    });

    it('sends content-length: 0 for an empty body', async () => {
      let length: string | undefined;
      const server = await serve((request, response) => {
        length = request.headers['content-length'];
        response.end();
      });
      await put(server, { body: { length: 0, slices: () => [] } });
      assert.equal(length, '0');
    });
  });

  it('retries once when a reused connection was closed, but never a POST', async () => {
    const seen: string[] = [];
    const server = await serve((request, response) => {
      seen.push(request.method!);
      if (seen.length % 2 === 0) {
        request.socket.destroy();
      } else {
        response.end();
      }
    });
    await client.send({ method: 'GET', url: server.origin, headers: {} });
    await client.send({ method: 'GET', url: server.origin, headers: {} });
    assert.deepEqual(seen, ['GET', 'GET', 'GET']);
    const post = client.send({ method: 'POST', url: server.origin, headers: {} });
    await assertFails(post, 'network.reset');
    assert.deepEqual(seen, ['GET', 'GET', 'GET', 'POST']);
  });

  it('shares connections between node-fetch and node:http', async () => {
    const server = await serve(async (request, response) => {
      await bodyOf(request);
      response.end();
    });
    await put(server, { body: Buffer.from('small') });
    await put(server, { body: reusedBuffer(megabyte, 1000_000) });
    await client.send({ method: 'HEAD', url: server.origin, headers: {} });
    assert.equal(server.connections, 1);
  });

  it('streams a response, and closes the connection when its reader stops early', async () => {
    const bytes = randomBytes(3_000_000);
    const server = await serve((request, response) => {
      response.end(request.url === '/short' ? bytes.subarray(0, 10) : bytes);
    });
    const get = (path: string) =>
      client.stream({ method: 'GET', url: server.origin + path, headers: {} });
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await get('/')).body) {
      chunks.push(chunk);
    }
    assert.ok(Buffer.concat(chunks).equals(bytes));
    assert.equal(server.openConnections, 1);
    for await (const chunk of (await get('/')).body) {
      assert.ok(chunk.length > 0);
      break;
    }
    await server.allClosed();
  });

  it('fails when a server stops sending while the reader is slow', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1048576' });
      response.write(Buffer.alloc(256 * 1024));
    });
    const { body } = await client.stream({
      method: 'GET',
      url: server.origin,
      headers: {},
      stallMs: 150,
    });
    await assertFails(
      (async () => {
        let isFirst = true;
        for await (const chunk of body) {
          if (isFirst && chunk.length > 0) {
            isFirst = false;
            await new Promise((resolve) => setTimeout(resolve, 400));
          }
        }
      })(),
      'network.stalled',
    );
  });

  describe('with a slow server', () => {
    const raw: net.Server[] = [];

    afterEach(() => {
      raw.splice(0).forEach((server) => server.close());
    });

    /** A TCP server that writes raw bytes; `isClosed` resolves when its client has closed the connection. */
    async function serveRaw(
      write: (socket: net.Socket) => void,
    ): Promise<{ url: string; isClosed: Promise<void> }> {
      let closed: () => void = () => undefined;
      const isClosed = new Promise<void>((resolve) => (closed = resolve));
      const server = net.createServer((socket) => {
        socket.on('error', () => undefined).once('close', closed);
        socket.once('data', () => write(socket));
      });
      raw.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return {
        url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/k`,
        isClosed,
      };
    }

    /** Writes the first text, and then the second one every 20 ms until the client closes the connection. */
    function writeSlowly(socket: net.Socket, first: string, repeated: string): void {
      socket.resume().write(first);
      const timer = setInterval(() => socket.write(repeated), 20);
      socket.once('close', () => clearInterval(timer));
    }

    type Send = (request: Partial<HttpRequest> & { url: string }) => Promise<unknown>;
    const requests: readonly { name: string; send: Send }[] = [
      ...transports.map(({ name, body }) => ({
        name: `a PUT over ${name}`,
        send: ((request) =>
          client.send({ method: 'PUT', headers: {}, body, ...request })) satisfies Send,
      })),
      {
        name: 'a stream',
        send: ((request) =>
          client.stream({ method: 'GET', headers: {}, ...request })) satisfies Send,
      },
    ];

    for (const { name, send } of requests) {
      it(`aborts ${name} when the response headers never end`, async () => {
        const { url, isClosed } = await serveRaw((socket) =>
          writeSlowly(socket, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'),
        );
        await assertFails(send({ url, stallMs: 200 }), 'network.stalled');
        await isClosed;
      });

      it(`fails ${name} at the second informational response`, async () => {
        const { url, isClosed } = await serveRaw((socket) =>
          writeSlowly(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
        );
        const startedAt = performance.now();
        await assertFails(send({ url }), 'response.notUnderstood');
        await isClosed;
        assert.ok(performance.now() - startedAt < 5_000);
      });

      it(`accepts one informational response to ${name}`, async () => {
        const { url } = await serveRaw((socket) => {
          socket.resume().write('HTTP/1.1 103 Early Hints\r\n\r\n');
          setTimeout(() => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'), 20);
        });
        await send({ url });
      });
    }

    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n';
    for (const { name, send } of requests.slice(0, 2)) {
      it(`aborts ${name} at the deadline when the response arrives byte by byte`, async () => {
        const { url, isClosed } = await serveRaw((socket) => writeSlowly(socket, head, '.'));
        await assertFails(send({ url, deadlineMs: 300 }), 'network.stalled');
        await isClosed;
      });
    }

    it('aborts a download at the deadline when an error response arrives byte by byte', async () => {
      const { url, isClosed } = await serveRaw((socket) =>
        writeSlowly(socket, head.replace('200', '403'), '.'),
      );
      const { body } = await client.stream({ method: 'GET', url, headers: {}, deadlineMs: 300 });
      await assertFails(readAll(body), 'network.stalled');
      await isClosed;
    });

    it('has no deadline for a successful download', async () => {
      const { url } = await serveRaw((socket) => {
        writeSlowly(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n', '.');
      });
      const { body } = await client.stream({ method: 'GET', url, headers: {}, deadlineMs: 100 });
      assert.equal(await readAll(body), 20);
    });

    it('aborts an upload when the server stops reading but sends endless header lines', async () => {
      const { url } = await serveRaw((socket) => {
        writeSlowly(socket, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n');
        socket.pause();
      });
      const body = reusedBuffer(new Uint8Array(64 * 1024 * 1024), 1024 * 1024);
      const sending = client.send({ method: 'PUT', url, headers: {}, body, stallMs: 200 });
      await assertFails(sending, 'network.stalled');
      assert.ok(body.sent < body.length);
    });

    it('does not count bytes of the TLS handshake as the start of the response', async () => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      try {
        const server = await serve(async (request, response) => {
          await bodyOf(request);
          setTimeout(() => response.end(), 1_000);
        }, true);
        const response = await put(server, {
          body: reusedBuffer(megabyte, 100_000),
          stallMs: 600,
        });
        assert.equal(response.status, 200);
      } finally {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      }
    });
  });
});

async function readAll(body: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
  }
  return length;
}
