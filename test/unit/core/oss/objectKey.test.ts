import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hasCode, type ErrorCode } from '../../../../src/core/errors/catalogue';
import { assertUploadFolder, joinKey } from '../../../../src/core/oss/objectKey';
import { failure } from '../../support/coded';
import { oddText } from '../../support/generators';

const prefix = 'release-pkg/117274586608';

describe('joinKey', () => {
  for (const name of [
    'demo.jar',
    'apps/app-1/demo.jar',
    "a b+c%d(1)~'!*.jar",
    '空 格.jar',
    '\u{1F4E6}.war',
    '..jar',
    'a..b',
    '.hidden',
    '%2e%2e',
    'x'.repeat(1023 - prefix.length - 1),
  ]) {
    it(`appends ${JSON.stringify(name.slice(0, 30))} to the package prefix`, () => {
      assert.equal(joinKey(prefix, name), `${prefix}/${name}`);
    });
  }

  const rejected: readonly (readonly [name: string, code: ErrorCode])[] = [
    ['', 'key.empty'],
    ['/a.jar', 'key.badStart'],
    ['\\a.jar', 'key.badStart'],
    ['a\nb.jar', 'key.controlCharacter'],
    ['a\u0000.jar', 'key.controlCharacter'],
    ['a\u0085.jar', 'key.controlCharacter'],
    ['a\u2028.jar', 'key.controlCharacter'],
    ['half\ud800.jar', 'key.controlCharacter'],
    ['.', 'key.outsidePrefix'],
    ['..', 'key.outsidePrefix'],
    ['../other/a.jar', 'key.outsidePrefix'],
    ['a/../../b.jar', 'key.outsidePrefix'],
    ['a\\..\\b.jar', 'key.outsidePrefix'],
    ['a/./b.jar', 'key.outsidePrefix'],
    ['a//b.jar', 'key.outsidePrefix'],
    ['a/', 'key.outsidePrefix'],
    ['x'.repeat(1024 - prefix.length - 1), 'key.tooLong'],
    ['空'.repeat(400), 'key.tooLong'],
  ];
  for (const [name, code] of rejected) {
    it(`rejects ${JSON.stringify(name.slice(0, 30))} with ${code}`, async () => {
      const error = await failure(() => joinKey(prefix, name), code);
      assert.doesNotMatch(error.message, /[\p{Cc}\p{Zl}\p{Cs}]/u);
    });
  }

  it('reports the length of a key that is too long', () =>
    failure(() => joinKey(prefix, 'x'.repeat(1000)), 'key.tooLong', { bytes: 1025 }));

  it('never returns a key outside the package prefix, for 2,000 generated names', () => {
    const name = fc.array(fc.oneof(oddText(), fc.constantFrom('..', '.', '/', '\\', '//', '\n')));
    fc.assert(
      fc.property(
        name.map((pieces) => pieces.join('')),
        (generated) => {
          let key: string;
          try {
            key = joinKey(prefix, generated);
          } catch (error) {
            assert.ok(hasCode(error));
            return;
          }
          // As every URL parser on the way reads it.
          const url = new URL(`https://host/${key.split('/').map(encodeURIComponent).join('/')}`);
          assert.ok(url.pathname.startsWith(`/${prefix}/`));
          assert.equal(decodeURIComponent(url.pathname), `/${key}`);
          assert.ok(Buffer.byteLength(key) <= 1023);
        },
      ),
      { seed: 1023, numRuns: 2_000 },
    );
  });
});

describe('assertUploadFolder', () => {
  for (const folder of ['', 'a/', 'a/b c/', '空/', '..a/']) {
    it(`accepts ${JSON.stringify(folder)}`, () => assertUploadFolder(folder));
  }

  for (const folder of [
    '/',
    '//',
    'a//',
    '/a/',
    '../',
    'a/./',
    'a\\../',
    'a\n/',
    'a\u202e/',
    '\udc80/',
  ]) {
    it(`rejects ${JSON.stringify(folder)}`, () =>
      failure(() => assertUploadFolder(folder), 'key.badFolder'));
  }
});
