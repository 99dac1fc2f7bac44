import assert from 'node:assert/strict';
import { numberedKey } from '../../../../src/common/upload/numberedKey';

describe('Numbered key beside an existing one', () => {
  for (const [key, n, expected] of [
    ['p/app.jar', 1, 'p/app (1).jar'],
    ['p/app.jar', 12, 'p/app (12).jar'],
    ['p/app-1.0.tar.gz', 1, 'p/app-1.0 (1).tar.gz'],
    ['p/LICENSE', 2, 'p/LICENSE (2)'],
    ['p/.env', 1, 'p/.env (1)'],
    ['p.d/LICENSE', 1, 'p.d/LICENSE (1)'],
    ['p/包.jar', 1, 'p/包 (1).jar'],
    ['p/app (1).jar', 1, 'p/app (1) (1).jar'],
  ] as const) {
    it(`${key} with number ${n} is ${expected}`, () => {
      assert.equal(numberedKey(key, n), expected);
    });
  }
});
