import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createCRC64 } from 'hash-wasm';
import { combineCrc64, createCrc64 } from '../../../../src/core/oss/crc64';
import vectors from '../../fixtures/vectors.json';

describe('CRC-64', () => {
  for (const [text, expected] of vectors.crc64) {
    it(`of ${JSON.stringify(text)} is ${expected}`, async () => {
      const crc = await createCrc64();
      crc.update(Buffer.from(text!));
      assert.equal(crc.digest(), BigInt(expected!));
    });
  }

  it('does not depend on how the data is split, and starts at 0 after a reset', async () => {
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

  it('matches hash-wasm around every length at which the algorithm changes', async () => {
    const crc = await createCrc64();
    const oracle = await createCRC64();
    const source = randomBytes(1 << 20);
    const around = [
      0,
      8,
      16,
      3_864,
      3_872,
      3 * 3_864,
      32_768,
      32_768 + 3_864,
      65_536 + 3_864,
      524_288,
    ];
    for (const middle of around) {
      for (let length = Math.max(0, middle - 20); length <= middle + 20; length++) {
        const bytes = source.subarray(length % 31, (length % 31) + length);
        crc.reset();
        crc.update(bytes);
        assert.equal(crc.digest(), expectedOf(oracle, bytes), `${length} bytes`);
      }
    }
  });

  it('matches hash-wasm for generated pieces, with two interleaved computations', async () => {
    const counters = [await createCrc64(), await createCrc64()];
    const oracle = await createCRC64();
    const source = randomBytes(1 << 19);
    const length = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 100_000 }));
    const pieces = fc.array(fc.record({ length, start: fc.nat({ max: 200_000 }) }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(pieces, pieces, (one, other) => {
        const inputs = [one, other].map((all) =>
          all.map(({ start, length }) => source.subarray(start, start + length)),
        );
        counters.forEach((crc) => crc.reset());
        for (let turn = 0; turn < Math.max(one.length, other.length); turn++) {
          counters.forEach((crc, n) => crc.update(inputs[n]![turn] ?? Buffer.alloc(0)));
        }
        counters.forEach((crc, n) =>
          assert.equal(crc.digest(), expectedOf(oracle, Buffer.concat(inputs[n]!))),
        );
      }),
      { seed: 64, numRuns: 300 },
    );
  });

  it('of joined data is computed by combineCrc64 from the CRC-64 of each part', async () => {
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

  it('is combined associatively, also for lengths of more than 32 bits', () => {
    const crc64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    // Each of the two up to the size of the largest OSS object, 48.8 TB.
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

  it('does not change when it is combined with empty data', () => {
    assert.equal(combineCrc64(2n ** 64n - 1n, 0n, 0), 2n ** 64n - 1n);
  });

  for (const length of [-1, 0.5, Number.NaN, 2 ** 53]) {
    it(`cannot be combined with the length ${length}`, () => {
      assert.throws(() => combineCrc64(0n, 0n, length), RangeError);
    });
  }
});

function expectedOf(oracle: Awaited<ReturnType<typeof createCRC64>>, bytes: Uint8Array): bigint {
  oracle.init();
  oracle.update(bytes);
  return BigInt(`0x${oracle.digest()}`);
}

/** Pseudo-random bytes, the same in each run. */
function randomBytes(length: number): Buffer {
  const blocks = Array.from({ length: length / 32 }, (_, block) =>
    createHash('sha256').update(String(block)).digest(),
  );
  return Buffer.concat(blocks);
}
