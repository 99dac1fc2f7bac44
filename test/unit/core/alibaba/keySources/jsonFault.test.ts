import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeOfFault } from '../../../../../src/core/alibaba/keySources/jsonFault';

describe('The place where a text stops being JSON', () => {
  const places: readonly (readonly [string, number, number])[] = [
    ['', 1, 1],
    ['{"a":}', 1, 6],
    ['[1,]', 1, 4],
    ['[1 2]', 1, 4],
    ['[1}', 1, 3],
    ['{"a" 1}', 1, 6],
    ['{"a":1,}', 1, 8],
    ['{a:1}', 1, 2],
    ['{1:1}', 1, 2],
    ['"abc', 1, 1],
    ['"a\tb"', 1, 1],
    ['"\\x"', 1, 1],
    ['[01]', 1, 2],
    ['[1.]', 1, 2],
    ['[-]', 1, 2],
    ['[truely]', 1, 2],
    ['{}}', 1, 3],
    ['{\r\n  "a": 1,\r  "b": x\n}', 3, 8],
    ['[1,\n2', 2, 2],
    ['\ufeff{}', 1, 1],
  ];
  for (const [text, line, column] of places) {
    it(`is ${line}:${column} of ${JSON.stringify(text)}`, () => {
      assert.throws(() => JSON.parse(text) as unknown, SyntaxError);
      assert.deepEqual(placeOfFault(text), { line, column });
    });
  }

  it('is found in 100,000 open brackets', () => {
    assert.deepEqual(placeOfFault('['.repeat(100_000)), { line: 1, column: 100_001 });
  });

  it('is there just when JSON.parse refuses the text, and not behind the place that it names', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '[',
        ']',
        '{',
        '}',
        ':',
        ',',
        '"',
        '\\',
        ' ',
        '\n',
        '"a"',
        '1',
        '-',
        '0',
        '.5',
        'e9',
        'null',
        '\\n',
        'x',
      ),
      { maxLength: 12 },
    );
    const damaged = fc.tuple(fc.json(), fc.nat(), pieces).map(([json, at, put]) => {
      const n = at % (json.length + 1);
      return json.slice(0, n) + put.join('') + json.slice(n + (at % 3));
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          damaged,
          pieces.map((all) => all.join('')),
        ),
        (text) => {
          const { line, column } = placeOfFault(text);
          const [refused, offset] = engineOn(text);
          assert.equal(line !== undefined, refused, text);
          if (line === 1 && offset !== undefined) {
            assert.ok(column! - 1 <= offset, text);
          }
        },
      ),
      { numRuns: 5_000, seed: 20261124 },
    );
  });
});

/** Whether the engine refuses the text, and where, if it says so. */
function engineOn(text: string): [boolean, number | undefined] {
  try {
    JSON.parse(text);
    return [false, undefined];
  } catch (error) {
    const [, offset] = /at position (\d+)/.exec(String(error)) ?? [];
    return [true, offset === undefined ? undefined : Number(offset)];
  }
}
