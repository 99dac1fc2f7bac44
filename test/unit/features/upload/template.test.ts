import assert from 'node:assert/strict';
import { freeKey } from '../../../../src/features/upload/freeKey';
import {
  expandTemplate,
  variablesOf,
  type Circumstances,
} from '../../../../src/features/upload/template';
import { failure } from '../../support/coded';

const circumstances: Circumstances = {
  fileName: 'app-1.0.jar',
  relativePath: 'target/app-1.0.jar',
  workspaceFolderName: 'shop',
  now: new Date(2026, 2, 5, 4, 7, 9),
  uuid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  user: 'mei',
};
const expand = (template: string, change: Partial<Circumstances> = {}): string =>
  expandTemplate(template, variablesOf({ ...circumstances, ...change }));

describe('object key template', () => {
  const cases = [
    ['${fileName}', 'app-1.0.jar'],
    ['${fileBasenameNoExtension}', 'app-1.0'],
    ['${fileExtname}', '.jar'],
    ['${relativePath}', 'target/app-1.0.jar'],
    ['${workspaceFolderName}/${date}/${time}-${fileName}', 'shop/2026-03-05/040709-app-1.0.jar'],
    ['${user}/${uuid}', 'mei/1b4e28ba-2fa1-11d2-883f-0016d3cca427'],
    ['fixed.jar', 'fixed.jar'],
    ['${fileName}${fileName}', 'app-1.0.jarapp-1.0.jar'],
    ['$fileName $ {fileName} }{', '$fileName $ {fileName} }{'],
  ] as const;
  for (const [template, expected] of cases) {
    it(`${template} → ${expected}`, () => {
      assert.equal(expand(template), expected);
    });
  }

  it('does not take a variable’s value for a template', () => {
    assert.equal(expand('${fileName}', { fileName: '${user}$&$1.jar' }), '${user}$&$1.jar');
  });

  for (const [fileName, base, extension] of [
    ['LICENSE', 'LICENSE', ''],
    ['.env', '.env', ''],
    ['a.tar.gz', 'a.tar', '.gz'],
    ['a.', 'a', '.'],
  ] as const) {
    it(`${fileName} is ${base} and ${extension || 'no extension'}`, () => {
      assert.equal(
        expand('${fileBasenameNoExtension}|${fileExtname}', { fileName }),
        `${base}|${extension}`,
      );
    });
  }

  for (const [template, subject] of [
    ['${file}', '${file}'],
    ['a/${filename}', '${filename}'],
    ['${}', '${}'],
    ['${toString}', '${toString}'],
    ['${__proto__}', '${__proto__}'],
  ] as const) {
    it(`${template} is refused by its name`, async () => {
      await failure(() => expand(template), 'key.unknownVariable', { subject });
    });
  }
});

describe('a free key beside one that stands', () => {
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
    it(`${key} → ${expected}`, () => {
      assert.equal(freeKey(key, n), expected);
    });
  }
});
