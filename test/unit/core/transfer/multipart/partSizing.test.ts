import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  maxObjectBytes,
  maxParallelPartsFor,
  partSizingFor,
  unitBytesOf,
  wantedPartBytes,
} from '../../../../../src/core/transfer/multipart/partSizing';
import { missingPieces, PartQueue } from '../../../../../src/core/transfer/multipart/partQueue';
import type { Part } from '../../../../../src/core/transfer/multipart/partSizing';
import { failure } from '../../../support/coded';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

describe('Part sizing', () => {
  const units: readonly (readonly [string, number, number])[] = [
    ['a source just over 8 MiB', 8 * mebibyte + 1, mebibyte / 2],
    ['exactly 10,000 parts of 512 KiB', 5_000 * mebibyte, mebibyte / 2],
    ['a byte more than 10,000 parts of 512 KiB', 5_000 * mebibyte + 1, mebibyte],
    ['a source of 1 TiB', 1024 * gibibyte, 105 * mebibyte],
    ['a source of 48.8 TB', maxObjectBytes, 5 * gibibyte],
  ];
  for (const [name, size, unit] of units) {
    it(`aligns parts to ${unit / mebibyte} MiB for ${name}`, () => {
      assert.equal(unitBytesOf(size, partSizingFor(), 'a'), unit);
    });
  }

  it('rejects a source larger than 48.8 TB', () =>
    failure(() => unitBytesOf(maxObjectBytes + 1, partSizingFor(), 'a.zip'), 'source.tooLarge', {
      subject: 'a.zip',
      bytes: maxObjectBytes,
    }));

  it('covers each byte once, in at most 10,000 parts of at least 512 KiB, also when resumed', () => {
    const uploads = fc.record({
      size: fc.integer({ min: 1, max: maxObjectBytes }),
      unitCounts: fc.array(fc.double({ min: 0, max: 64, noNaN: true }), {
        minLength: 1,
        maxLength: 5,
      }),
      lost: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
    });
    fc.assert(
      fc.property(uploads, ({ size, unitCounts, lost }) => {
        const unit = unitBytesOf(size, partSizingFor(), 'a');
        const cut = (pieces: readonly Part[], shift: number): Part[] => {
          const queue = new PartQueue(pieces, unit);
          const parts: Part[] = [];
          for (let left = queue.bytesLeft; left > 0; left = queue.bytesLeft) {
            const units = unitCounts[(parts.length + shift) % unitCounts.length] ?? 0;
            const part = queue.next(units * unit);
            assert.ok(part);
            assert.equal(queue.bytesLeft, left - part.length);
            parts.push(part);
          }
          assert.equal(queue.next(unit), undefined);
          return parts;
        };
        const first = cut([{ partNumber: 1, start: 0, length: size }], 0);
        const uploaded = first
          .filter((_, index) => lost[index % lost.length] !== true)
          .map(({ partNumber, length }) => ({ partNumber, length, etag: 'E' }));
        const rest = cut(missingPieces(uploaded, size, unit), 1);
        const all = [...uploaded, ...rest].toSorted((a, b) => a.partNumber - b.partNumber);
        let end = 0;
        for (const [index, { partNumber, length }] of all.entries()) {
          assert.equal((partNumber - 1) * unit, end);
          assert.ok(length >= mebibyte / 2 || index === all.length - 1);
          end += length;
        }
        assert.equal(end, size);
        assert.ok((all.at(-1)?.partNumber ?? 0) <= 10_000);
      }),
      { numRuns: 30 },
    );
  });

  it('preserves the parts of a delta', () => {
    const pieces = [
      { partNumber: 2, start: 300, length: 400, copyFrom: 7 },
      { partNumber: 1, start: 0, length: 300 },
    ];
    const queue = new PartQueue(pieces);
    assert.deepEqual([queue.next(1), queue.next(1), queue.next(1)], [...pieces, undefined]);
  });

  const speeds: readonly (readonly [string, number | undefined, number, number, number])[] = [
    // name, bytes per ms, MiB left, parallel parts, MiB of the next part
    ['parts of 1 MiB while the speed is unknown', undefined, 64, 4, 1],
    ['parts of the maximum size on a fast network', 100_000, 64, 4, 8],
    ['parts of the maximum size up to the end of a fast transfer', 100_000, 2, 4, 8],
    ['parts that take one second', 3 * mebibyte * 1e-3, 64, 4, 3],
    ['smaller parts towards the end', 3 * mebibyte * 1e-3, 8, 4, 2],
    ['small parts on a slow network', 100, 64, 4, 0.1],
  ];
  for (const [name, speed, left, parallel, size] of speeds) {
    it(`chooses ${name}`, () => {
      const next = { speed, parallel, bytesLeft: left * mebibyte };
      const partBytes = wantedPartBytes(next, partSizingFor());
      assert.equal(Number((partBytes / mebibyte).toFixed(2)), size);
    });
  }

  it('limits settings to their ranges', () => {
    assert.deepEqual(partSizingFor(), { singlePutMax: 8 * mebibyte, maxPartBytes: 8 * mebibyte });
    assert.deepEqual(partSizingFor(1), { singlePutMax: 8 * mebibyte, maxPartBytes: mebibyte });
    assert.deepEqual(partSizingFor(64), {
      singlePutMax: 64 * mebibyte,
      maxPartBytes: 64 * mebibyte,
    });
    assert.equal(partSizingFor(0).maxPartBytes, mebibyte);
    assert.equal(partSizingFor(1e9).maxPartBytes, gibibyte);
    assert.equal(partSizingFor(Number.NaN).maxPartBytes, 8 * mebibyte);
    assert.deepEqual(
      [undefined, 0, 3.9, 99, Number.NaN].map((setting) => maxParallelPartsFor(setting)),
      [16, 1, 3, 16, 16],
    );
  });
});
