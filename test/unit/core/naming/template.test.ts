import assert from 'node:assert/strict';
import {
  expandTemplate,
  siblingPath,
  usesGit,
  variablesOf,
  type TemplateContext,
} from '../../../../src/core/naming/template';
import { failure } from '../../support/coded';

const circumstances: TemplateContext = {
  fileName: 'app-1.0.jar',
  relativePath: 'target/app-1.0.jar',
  workspaceFolderName: 'shop',
  now: new Date(2026, 2, 5, 4, 7, 9),
  uuid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  user: 'mei',
  git: { branch: 'release/1.0', commit: '0123456789abcdef0123456789abcdef01234567' },
};
const expand = (template: string, change: Partial<TemplateContext> = {}): string =>
  expandTemplate(template, variablesOf({ ...circumstances, ...change }));

describe('object key template', () => {
  it('takes linear time for variables without an end', () => {
    const template = '${'.repeat(500_000);
    const begin = performance.now();
    assert.equal(expand(template), template);
    assert.ok(performance.now() - begin < 2_000);
  });

  const cases = [
    ['${fileName}', 'app-1.0.jar'],
    ['${fileBasenameNoExtension}', 'app-1.0'],
    ['${fileExtname}', '.jar'],
    ['${relativePath}', 'target/app-1.0.jar'],
    ['${workspaceFolderName}/${date}/${time}-${fileName}', 'shop/2026-03-05/040709-app-1.0.jar'],
    ['${user}/${uuid}', 'mei/1b4e28ba-2fa1-11d2-883f-0016d3cca427'],
    ['${packageBasename}-x${packageExtname}', 'app-1.0-x.jar'],
    ['${gitBranch}/${gitCommit}.jar', 'release/1.0/01234567.jar'],
    ['fixed.jar', 'fixed.jar'],
    ['${fileName}${fileName}', 'app-1.0.jarapp-1.0.jar'],
    ['$fileName $ {fileName} }{', '$fileName $ {fileName} }{'],
    ['${fileName} ${fileName', 'app-1.0.jar ${fileName'],
  ] as const;
  for (const [template, expected] of cases) {
    it(`${template} → ${expected}`, () => {
      assert.equal(expand(template), expected);
    });
  }

  for (const [what, file, name, expected] of [
    ['of a file', '/w/shop/target/app.jar', 'app.jar', 'target/app.jar'],
    ['of a file of the folder itself', '/w/shop/app.jar', 'app.jar', 'app.jar'],
    ['of the ZIP of a folder in it', '/w/shop/web/dist', 'dist.zip', 'web/dist.zip'],
    ['of the ZIP of several files in it', '/w/shop/web/a.js', 'web.zip', 'web/web.zip'],
    ['of the ZIP of the folder itself', '/w/shop', 'shop.zip', 'shop.zip'],
  ] as const) {
    it(`has the path in the workspace folder ${what}`, () => {
      assert.equal(siblingPath('/w/shop', file, name), expected);
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

  for (const [template, git, detail] of [
    ['${gitBranch}', 'noGit', 'noGit'],
    ['${gitCommit}', 'noRepository', 'noRepository'],
    ['${gitBranch}', { commit: 'abc' }, 'gitBranch'],
    ['${gitCommit}', { branch: 'main' }, 'gitCommit'],
  ] as const) {
    it(`${template} without its value (${detail}) says why`, async () => {
      await failure(() => expand(template, { git }), 'key.noGit', { subject: template, detail });
    });
  }

  it('asks Git for nothing that the template does not need', () => {
    const { git, ...without } = circumstances;
    assert.ok(git);
    assert.equal(expandTemplate('${fileName}', variablesOf(without)), 'app-1.0.jar');
    assert.equal(usesGit('${fileName}-${date}'), false);
    assert.equal(usesGit('${fileName}-${gitCommit}'), true);
  });
});
