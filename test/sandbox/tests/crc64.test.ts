import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { joinCrc64, startCrc64 } from '../store/crc64';

async function crc64(bytes: string | Buffer): Promise<bigint> {
  const crc = await startCrc64();
  crc.update(Buffer.from(bytes));
  return crc.take();
}

describe('CRC-64 of the sandbox', () => {
  // oss-go-sdk-v2 oss/utils_crc_test.go, and the CRC-64/XZ check value.
  const vectors: [text: string, crc: bigint][] = [
    ['', 0n],
    ['123456789', 11051210869376104954n],
    ['hello world', 5981764153023615706n],
    ['This is a test of the emergency broadcast system.', 2871916124362751090n],
  ];
  for (const [text, crc] of vectors)
    it(`is ${crc} for "${text}"`, async () => {
      assert.equal(await crc64(text), crc);
    });

  it('can be combined from those of two parts of any length', async () => {
    for (const [a, b] of [
      [0, 0],
      [0, 7],
      [7, 0],
      [1, 1],
      [300_000, 1],
      [1, 300_000],
      [65_536, 65_535],
    ] as const) {
      const [first, second] = [randomBytes(a), randomBytes(b)];
      const joined = joinCrc64(await crc64(first), await crc64(second), b);
      assert.equal(joined, await crc64(Buffer.concat([first, second])));
    }
  });
});
