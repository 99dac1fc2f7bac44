import net, { type AddressInfo } from 'node:net';

import { createHttpClient } from '../../src/core/http/client';
import type { HttpClient } from '../../src/core/http/types';
import { checkCase, runCases, type CampaignOptions, type CampaignResult } from './cases';
import { flooded } from './flood';
import { readSeeds, type Seed } from './message';
import { floodEvery, mutateText } from './mutate';
import { operationOf } from './operations';

/**
 * Mutates the bytes of responses, including status line and headers, and sends them over real sockets.
 * @throws AssertionError that names the case
 */
export async function wireCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const seeds = await readSeeds();
  const rawSeeds = seeds.map((seed) => ({ body: bytesOf(seed) }));
  let response: Buffer = Buffer.alloc(0);
  let write = whole;
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    // Each connection serves one request: bytes after a response are a separate fault.
    socket.once('data', () => write(socket, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient();
  const http: HttpClient = {
    send: (request) => client.send({ ...request, ...shortLimits }),
    stream: (request) => client.stream({ ...request, ...shortLimits }),
  };
  try {
    return await runCases(options, (random, what) => {
      const seed = random.of(seeds);
      response = bytesOf(seed);
      for (let changes = 1 + random.below(2); changes > 0; changes--) {
        response = mutateText(response, random, rawSeeds);
      }
      if (random.below(floodEvery) === 0) {
        response = flooded(response, random);
      }
      write = random.below(slowEvery) === 0 ? random.of(slowWays) : whole;
      const play = operationOf(seed);
      return checkCase(
        `${what}, ${seed.name}`,
        (log) => play({ http, log, origin }),
        response.toString('latin1'),
      );
    });
  } finally {
    client.dispose();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The defaults are half a minute and two minutes. */
const shortLimits = { stallMs: 250, deadlineMs: 500 };

/** One response in `slowEvery` is slow, because each of them takes half a second. */
const slowEvery = 40;

type Write = (socket: net.Socket, response: Buffer) => void;

const whole: Write = (socket, response) => socket.end(response);

/** A response that never ends, but always sends something before the stall limit. */
function endless(beginning: (response: Buffer) => Buffer, drop: string): Write {
  return (socket, response) => {
    socket.write(beginning(response));
    const timer = setInterval(() => socket.write(drop), 20);
    socket.once('close', () => clearInterval(timer));
  };
}

const slowWays: readonly Write[] = [
  endless(() => Buffer.from('HTTP/1.1 200 OK\r\n'), 'x: y\r\n'),
  endless(() => Buffer.from('HTTP/1.1 200 OK\r\nx: '), 'y'),
  endless(() => Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n'), ' '),
  endless(() => Buffer.from('HTTP/1.1 403 No\r\ntransfer-encoding: chunked\r\n\r\n'), '1\r\n \r\n'),
  endless(() => Buffer.alloc(0), 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  endless((response) => response.subarray(0, response.length / 2), '\r\n'),
];

function bytesOf({ status, headers, body }: Seed): Buffer {
  const hasLength = headers.some(([name]) => name === 'content-length');
  const lines = [
    `HTTP/1.1 ${status} x`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(hasLength ? [] : [`content-length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}
