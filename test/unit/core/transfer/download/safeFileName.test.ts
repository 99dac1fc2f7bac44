import assert from 'node:assert/strict';
import { safeFileName } from '../../../../../src/core/transfer/download/safeFileName';

describe('The file name for an object key', () => {
  const cases: readonly [string, string][] = [
    ['release-pkg/1/shop.jar', 'shop.jar'],
    ['release-pkg/1/空 格+(1)~.jar', '空 格+(1)~.jar'],
    ['release-pkg/1/folder/', 'folder'],
    ['release-pkg/1/a:b*c?"<>|.jar', 'a_b_c_____.jar'],
    ['release-pkg/1/..\\..\\evil.jar', '.._.._evil.jar'],
    ['release-pkg/1/..', '__'],
    ['release-pkg/1/.', '_'],
    ['release-pkg/1/.env', '.env'],
    ['release-pkg/1/name. .', 'name___'],
    ['release-pkg/1/NUL', '_NUL'],
    ['release-pkg/1/con.jar', '_con.jar'],
    ['release-pkg/1/console.jar', 'console.jar'],
    ['release-pkg/1/a\u0000b\nc', 'a_b_c'],
    ['', 'object'],
    ['///', 'object'],
    [`p/${'x'.repeat(300)}.tar.gz`, `${'x'.repeat(237)}.gz`],
    [`p/${'空'.repeat(300)}.jar`, `${'空'.repeat(78)}.jar`],
  ];
  for (const [key, name] of cases) {
    it(JSON.stringify(key.slice(0, 40)), () => assert.equal(safeFileName(key), name));
  }

  for (const ending of ['. ', '.', ' ', 'a.', ':', '\u202e']) {
    it(`takes linear time for a key full of ${JSON.stringify(ending)}`, () => {
      const begin = performance.now();
      safeFileName(`p/${ending.repeat(500_000)}x`);
      safeFileName(`p/x${ending.repeat(500_000)}`);
      assert.ok(performance.now() - begin < 3_000);
    });
  }
});
