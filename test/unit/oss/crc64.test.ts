import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { combineCrc64, createCrc64 } from '../../../src/core/oss/crc64';
import vectors from '../fixtures/vectors.json';

describe('CRC-64', () => {
  for (const [text, expected] of vectors.crc64) {
    it(`of ${JSON.stringify(text)} is ${expected}`, async () => {
      const crc = await createCrc64();
      crc.update(Buffer.from(text!));
      assert.equal(crc.digest(), BigInt(expected!));
    });
  }

  it('is the same in one piece and in many, and begins anew after a reset', async () => {
    const crc = await createCrc64();
    const bytes = Buffer.alloc(1_000_003, 'EDAS package ');
    crc.update(bytes);
    const whole = crc.digest();
    crc.reset();
    for (let start = 0; start < bytes.length; start += 4_099) {
      crc.update(bytes.subarray(start, start + 4_099));
    }
    assert.equal(crc.digest(), whole);
    crc.reset();
    assert.equal(crc.digest(), 0n);
  });

  it('of two strings follows from the CRC of each', async () => {
    const crc = await createCrc64();
    const of = (...pieces: Uint8Array[]): bigint => {
      crc.reset();
      pieces.forEach((piece) => crc.update(piece));
      return crc.digest();
    };
    const source = randomBytes(1 << 20);
    const length = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: source.length / 2 }));
    fc.assert(
      fc.property(length, length, fc.nat({ max: 100 }), (lengthA, lengthB, start) => {
        const a = source.subarray(start, start + lengthA);
        const b = source.subarray(start + 100, start + 100 + lengthB);
        assert.equal(combineCrc64(of(a), of(b), b.length), of(a, b));
      }),
      { seed: 64, numRuns: 200 },
    );
  });

  it('joins in any grouping, also where lengths have more than 32 bits', () => {
    const crc64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    // Up to the largest object that OSS takes, 48.8 TB, twice.
    const length = fc.integer({ min: 0, max: Math.floor(48.8 * 1024 ** 4) });
    fc.assert(
      fc.property(crc64, crc64, crc64, length, length, (a, b, c, lengthB, lengthC) => {
        const left = combineCrc64(combineCrc64(a, b, lengthB), c, lengthC);
        const right = combineCrc64(a, combineCrc64(b, c, lengthC), lengthB + lengthC);
        assert.equal(left, right);
      }),
      { seed: 64, numRuns: 500 },
    );
  });

  it('of a string and nothing is that of the string', () => {
    assert.equal(combineCrc64(2n ** 64n - 1n, 0n, 0), 2n ** 64n - 1n);
  });

  for (const length of [-1, 0.5, Number.NaN, 2 ** 53]) {
    it(`takes no length of ${length}`, () => {
      assert.throws(() => combineCrc64(0n, 0n, length), RangeError);
    });
  }
});

/** Bytes without a pattern, the same in each run. */
function randomBytes(length: number): Buffer {
  const blocks = Array.from({ length: length / 32 }, (_, block) =>
    createHash('sha256').update(String(block)).digest(),
  );
  return Buffer.concat(blocks);
}
