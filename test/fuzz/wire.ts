import net, { type AddressInfo } from 'node:net';

import { createHttpClient } from '../../src/core/http/client';
import { judge, runCases, type CampaignOptions, type CampaignResult } from './cases';
import { readSeeds, type Seed } from './message';
import { mutateText } from './mutate';
import { operationOf } from './operations';

/**
 * Mutates answers as bytes of a connection, status line and headers too, and sends them over real sockets.
 * @throws AssertionError that names the case
 */
export async function wireCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const seeds = await readSeeds();
  const raw = seeds.map((seed) => ({ body: onTheWire(seed) }));
  let answer: Buffer = Buffer.alloc(0);
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    // Each connection is asked once: what comes behind an answer is a fault of its own.
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createHttpClient();
  try {
    return await runCases(options, (random, what) => {
      const seed = random.of(seeds);
      answer = onTheWire(seed);
      for (let changes = 1 + random.below(2); changes > 0; changes--) {
        answer = mutateText(answer, random, raw);
      }
      const play = operationOf(seed);
      return judge(
        `${what}, ${seed.name}`,
        (log) => play({ http, log, origin }),
        answer.toString('latin1'),
      );
    });
  } finally {
    http.dispose();
    await new Promise((resolve) => server.close(resolve));
  }
}

function onTheWire({ status, headers, body }: Seed): Buffer {
  const hasLength = headers.some(([name]) => name === 'content-length');
  const lines = [
    `HTTP/1.1 ${status} x`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(hasLength ? [] : [`content-length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}
