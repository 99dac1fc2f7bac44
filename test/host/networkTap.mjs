// An HTTP proxy that rejects and records every request.
import { appendFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * @param {string} file gets one line for each request, for instance `CONNECT example.com:443 HTTP/1.1`
 * @returns {Promise<string>} the URL for VS Code's setting `http.proxy`; the proxy ends with this process
 */
export async function startNetworkTap(file) {
  writeFileSync(file, '');
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes) => {
      appendFileSync(file, `${String(bytes).split('\r\n', 1)[0]}\n`);
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
