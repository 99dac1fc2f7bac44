import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  flag,
  oneOf,
  readFields,
  required,
  text,
  whole,
} from '../../../../src/core/util/inputFields';

const fields = {
  name: required(text(5)),
  on: flag(),
  count: whole(1, 3),
  mode: oneOf('a', 'b'),
};

describe('readFields', () => {
  for (const [value, expected] of [
    [{ name: 'x' }, { name: 'x' }],
    [{ name: ' x  ' }, { name: 'x' }],
    [
      { mode: 'b', count: 3, on: false, name: 'x' },
      { name: 'x', on: false, count: 3, mode: 'b' },
    ],
    [{ name: 'x', on: undefined }, { name: 'x' }],
  ] as const) {
    it(`reads ${inspect(value)}`, () => {
      const read = readFields(value, fields);
      assert.deepEqual(read, expected);
      assert.equal(
        JSON.stringify(read),
        JSON.stringify(expected),
        'properties are in the order of the fields',
      );
    });
  }

  for (const [value, wrong] of [
    [undefined, ''],
    [null, ''],
    ['name', ''],
    [[], ''],
    [{}, 'name'],
    [{ name: ' ' }, 'name'],
    [{ name: '123456' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'a\u202eb' }, 'name'],
    [{ name: null }, 'name'],
    [{ name: 'x', on: 1 }, 'on'],
    [{ name: 'x', count: 0 }, 'count'],
    [{ name: 'x', count: 4 }, 'count'],
    [{ name: 'x', count: 1.5 }, 'count'],
    [{ name: 'x', count: '1' }, 'count'],
    [{ name: 'x', mode: 'c' }, 'mode'],
    [{ name: 'x', mode: ['a'] }, 'mode'],
  ] as const) {
    it(`rejects ${inspect(value)} because of ${wrong === '' ? 'its type' : `the field ${wrong}`}`, () => {
      const read = readFields(value, fields, { ignoresOthers: true });
      assert.ok('wrong' in read);
      assert.equal(read.wrong, wrong);
      if (wrong !== '') assert.deepEqual(read.expectation, fields[wrong].expectation);
    });
  }

  it('rejects unknown fields unless they are ignored', () => {
    const value = JSON.parse('{ "name": "x", "__proto__": { "on": true }, "other": 1 }') as unknown;
    assert.deepEqual(readFields(value, fields), { wrong: '__proto__' });
    const read = readFields(value, fields, { ignoresOthers: true });
    assert.deepEqual(read, { name: 'x' });
    assert.equal((read as { readonly on?: boolean }).on, undefined);
  });
});
