import net, { type AddressInfo } from 'node:net';

import { createHttpClient } from '../../src/core/http/client';
import type { HttpClient } from '../../src/core/http/types';
import { judge, runCases, type CampaignOptions, type CampaignResult } from './cases';
import { flooded } from './flood';
import { readSeeds, type Seed } from './message';
import { floodEvery, mutateText } from './mutate';
import { operationOf } from './operations';

/**
 * Mutates answers as bytes of a connection, status line and headers too, and sends them over real sockets.
 * @throws AssertionError that names the case
 */
export async function wireCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const seeds = await readSeeds();
  const raw = seeds.map((seed) => ({ body: onTheWire(seed) }));
  let answer: Buffer = Buffer.alloc(0);
  let write = whole;
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    // Each connection is asked once: what comes behind an answer is a fault of its own.
    socket.once('data', () => write(socket, answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient();
  const http: HttpClient = {
    send: (request) => client.send({ ...request, ...patience }),
    stream: (request) => client.stream({ ...request, ...patience }),
  };
  try {
    return await runCases(options, (random, what) => {
      const seed = random.of(seeds);
      answer = onTheWire(seed);
      for (let changes = 1 + random.below(2); changes > 0; changes--) {
        answer = mutateText(answer, random, raw);
      }
      if (random.below(floodEvery) === 0) {
        answer = flooded(answer, random);
      }
      write = random.below(slowEvery) === 0 ? random.of(slowWays) : whole;
      const play = operationOf(seed);
      return judge(
        `${what}, ${seed.name}`,
        (log) => play({ http, log, origin }),
        answer.toString('latin1'),
      );
    });
  } finally {
    client.dispose();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Instead of half a minute and two. */
const patience = { stallMs: 250, deadlineMs: 500 };

/** One answer in so many comes slowly, because each of those takes half a second. */
const slowEvery = 40;

type Write = (socket: net.Socket, answer: Buffer) => void;

const whole: Write = (socket, answer) => socket.end(answer);

/** Never ends by itself, but always brings something in time. */
function dripping(beginning: (answer: Buffer) => Buffer, drop: string): Write {
  return (socket, answer) => {
    socket.write(beginning(answer));
    const timer = setInterval(() => socket.write(drop), 20);
    socket.once('close', () => clearInterval(timer));
  };
}

const slowWays: readonly Write[] = [
  dripping(() => Buffer.from('HTTP/1.1 200 OK\r\n'), 'x: y\r\n'),
  dripping(() => Buffer.from('HTTP/1.1 200 OK\r\nx: '), 'y'),
  dripping(() => Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n'), ' '),
  dripping(
    () => Buffer.from('HTTP/1.1 403 No\r\ntransfer-encoding: chunked\r\n\r\n'),
    '1\r\n \r\n',
  ),
  dripping(() => Buffer.alloc(0), 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  dripping((answer) => answer.subarray(0, answer.length / 2), '\r\n'),
];

function onTheWire({ status, headers, body }: Seed): Buffer {
  const hasLength = headers.some(([name]) => name === 'content-length');
  const lines = [
    `HTTP/1.1 ${status} x`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(hasLength ? [] : [`content-length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}
