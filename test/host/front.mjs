// Stands before VS Code's server and answers what only code-server's wrapper would.
import { createServer, request } from 'node:http';

/** The key that encrypts SecretStorage in the browser. Without an answer, secrets do not survive a reload of the page. */
const mintedKey = Buffer.alloc(32, 7);

/**
 * @param {number} port of the server, on 127.0.0.1
 * @returns {Promise<{ authority: string, stop: () => Promise<void> }>} the address at which it is reached from now on
 */
export async function startFront(port) {
  /** @type {Set<import('node:stream').Duplex>} */
  const upgraded = new Set();
  const keep = (socket) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
  };
  const lead = ({ method, url: path, headers }) =>
    request({ host: '127.0.0.1', port, method, path, headers, agent: false });

  const front = createServer((asked, answer) => {
    if (asked.method === 'POST' && asked.url === '/mint-key') {
      asked.resume();
      answer.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(mintedKey);
      return;
    }
    const led = lead(asked);
    led.on('response', (given) => {
      answer.writeHead(given.statusCode, given.rawHeaders);
      given.on('error', () => answer.destroy()).pipe(answer);
    });
    led.on('error', () => answer.destroy());
    answer.on('close', () => led.destroy());
    asked.pipe(led);
  });

  front.on('upgrade', (asked, client, head) => {
    keep(client);
    const led = lead(asked);
    led.on('error', () => client.destroy());
    client.on('error', () => led.destroy());
    led.on('response', () => client.destroy()); // refused
    led.on('upgrade', (given, server, first) => {
      const lines = given.rawHeaders.map((text, i) => text + (i % 2 ? '\r\n' : ': '));
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      client.write(first);
      server.write(head);
      keep(server);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ]) {
        from.setNoDelay(true);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    led.end();
  });

  await new Promise((resolve, reject) => {
    front.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    authority: `127.0.0.1:${front.address().port}`,
    async stop() {
      for (const socket of upgraded) socket.destroy();
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}
