import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  maxObjectBytes,
  parallelPartsFor,
  partCount,
  partRange,
  partSizeOf,
  partSizingFor,
} from '../../../../../src/core/transfer/multipart/partSizing';
import { failure } from '../../../support/coded';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

describe('The plan of a transfer', () => {
  const cases: readonly (readonly [string, number, number, number])[] = [
    ['just over 8 MiB', 8 * mebibyte + 1, 8 * mebibyte, 2],
    ['100 MB', 100_000_000, 8 * mebibyte, 12],
    ['5 GB', 5 * gibibyte, 8 * mebibyte, 640],
    ['10,000 parts exactly', 80_000 * mebibyte, 8 * mebibyte, 10_000],
    ['a byte more', 80_000 * mebibyte + 1, 9 * mebibyte, 8_889],
    ['1 TiB', 1024 * gibibyte, 105 * mebibyte, 9_987],
    ['48.8 TB', maxObjectBytes, 5 * gibibyte, 10_000],
  ];
  for (const [name, size, partSize, count] of cases) {
    it(`of ${name} is ${count} parts of ${partSize / mebibyte} MiB`, () => {
      assert.equal(partSizeOf(size, partSizingFor(), 'a'), partSize);
      assert.equal(partCount(size, partSize), count);
    });
  }

  it('is refused over 48.8 TB', () =>
    failure(() => partSizeOf(maxObjectBytes + 1, partSizingFor(), 'a.zip'), 'source.tooLarge', {
      subject: 'a.zip',
      bytes: maxObjectBytes,
    }));

  it('covers each byte once, in at most 10,000 parts of at most 5 GiB', () => {
    const sizes = fc.record({
      size: fc.integer({ min: 1, max: maxObjectBytes }),
      setting: fc.integer({ min: 1, max: 1024 }),
    });
    fc.assert(
      fc.property(sizes, ({ size, setting }) => {
        const partSize = partSizeOf(size, partSizingFor(setting), 'a');
        const count = partCount(size, partSize);
        const last = partRange(count, size, partSize);
        assert.ok(count <= 10_000 && partSize <= 5 * gibibyte);
        assert.equal(last.start, (count - 1) * partSize);
        assert.equal(last.start + last.length, size);
        assert.ok(last.length > 0);
        assert.equal(partRange(1, size, partSize).start, 0);
      }),
    );
  });

  it('keeps settings within their ranges', () => {
    assert.deepEqual(partSizingFor(), { singlePutMax: 8 * mebibyte, partSize: 8 * mebibyte });
    assert.deepEqual(partSizingFor(1), { singlePutMax: 8 * mebibyte, partSize: mebibyte });
    assert.deepEqual(partSizingFor(64), { singlePutMax: 64 * mebibyte, partSize: 64 * mebibyte });
    assert.equal(partSizingFor(0).partSize, mebibyte);
    assert.equal(partSizingFor(1e9).partSize, gibibyte);
    assert.equal(partSizingFor(Number.NaN).partSize, 8 * mebibyte);
    assert.deepEqual([undefined, 0, 3.9, 99, Number.NaN].map(parallelPartsFor), [4, 1, 3, 8, 4]);
  });
});
