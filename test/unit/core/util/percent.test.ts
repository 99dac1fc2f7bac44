import assert from 'node:assert/strict';
import fc from 'fast-check';
import { percentDecode, percentEncode } from '../../../../src/core/util/percent';

describe('Percent encoding', () => {
  it('decodes and encodes all bytes without loss, also those that are not UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const raw = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
        const text = percentDecode(raw);
        assert.ok(text !== undefined);
        const again = percentEncode(text).replace(/%[\dA-F]{2}|[^]/g, (piece) =>
          piece.length === 3 ? piece.toLowerCase() : `%${piece.charCodeAt(0).toString(16)}`,
        );
        assert.equal(again, raw);
      }),
      { numRuns: 5_000 },
    );
  });

  for (const [encoded, text] of [
    ['%E7%A9%BA%20a', '空 a'],
    ['%EF%BF%BD', '\ufffd'],
    ['%EF%BF%BD%FF', '\ufffd\udcff'],
    ['%ED%A0%80', '\udced\udca0\udc80'],
    ['%C3%28', '\udcc3('],
    ['%F0%9F%93', '\udcf0\udc9f\udc93'],
    ['%C0%AE%C0%AE/', '\udcc0\udcae\udcc0\udcae/'],
  ] as const) {
    it(`decodes ${encoded}`, () => assert.equal(percentDecode(encoded), text));
  }

  for (const text of ['%', '%f', '%fg', 'a%FF%']) {
    it(`returns undefined for the invalid encoding ${text}`, () =>
      assert.equal(percentDecode(text), undefined));
  }

  it('decodes 1,000,000 encoded bytes', () => {
    const text = '%ff'.repeat(1_000_000);
    assert.equal(percentDecode(text)?.length, 1_000_000);
  });
});
