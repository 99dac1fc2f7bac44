// A reverse proxy for VS Code's server that also handles a request that only code-server's wrapper handles.
import { createServer, request } from 'node:http';

/** The key that encrypts SecretStorage in the browser. Without this response, secrets are lost at a reload of the page. */
const mintedKey = Buffer.alloc(32, 7);

/**
 * @param {number} port of the server, on 127.0.0.1
 * @returns {Promise<{ authority: string, stop: () => Promise<void> }>} the host and port of the proxy
 */
export async function startReverseProxy(port) {
  /** @type {Set<import('node:stream').Duplex>} */
  const upgraded = new Set();
  const track = (socket) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
  };
  const forward = ({ method, url: path, headers }) =>
    request({ host: '127.0.0.1', port, method, path, headers, agent: false });

  const server = createServer((incoming, response) => {
    if (incoming.method === 'POST' && incoming.url === '/mint-key') {
      incoming.resume();
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(mintedKey);
      return;
    }
    const forwarded = forward(incoming);
    forwarded.on('response', (upstream) => {
      response.writeHead(upstream.statusCode, upstream.rawHeaders);
      upstream.on('error', () => response.destroy()).pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });

  server.on('upgrade', (incoming, client, head) => {
    track(client);
    const forwarded = forward(incoming);
    forwarded.on('error', () => client.destroy());
    client.on('error', () => forwarded.destroy());
    forwarded.on('response', () => client.destroy()); // refused
    forwarded.on('upgrade', (upstream, upstreamSocket, first) => {
      const lines = upstream.rawHeaders.map((text, i) => text + (i % 2 ? '\r\n' : ': '));
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      client.write(first);
      upstreamSocket.write(head);
      track(upstreamSocket);
      for (const [from, to] of [
        [client, upstreamSocket],
        [upstreamSocket, client],
      ]) {
        from.setNoDelay(true);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    forwarded.end();
  });

  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    authority: `127.0.0.1:${server.address().port}`,
    async stop() {
      for (const socket of upgraded) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
