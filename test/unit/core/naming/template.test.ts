import assert from 'node:assert/strict';
import {
  expandTemplate,
  siblingPath,
  usesGit,
  variablesOf,
  type TemplateContext,
} from '../../../../src/core/naming/template';
import { failure } from '../../support/coded';

const defaultContext: TemplateContext = {
  fileName: 'app-1.0.jar',
  relativePath: 'target/app-1.0.jar',
  workspaceFolderName: 'shop',
  now: new Date(2026, 2, 5, 4, 7, 9),
  uuid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  user: 'mei',
  git: { branch: 'release/1.0', commit: '0123456789abcdef0123456789abcdef01234567' },
};
const expand = (template: string, change: Partial<TemplateContext> = {}): string =>
  expandTemplate(template, variablesOf({ ...defaultContext, ...change }));

describe('Object key template', () => {
  it('expands a template full of unclosed variables in linear time', () => {
    const template = '${'.repeat(500_000);
    const startedAt = performance.now();
    assert.equal(expand(template), template);
    assert.ok(performance.now() - startedAt < 2_000);
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
    it(`expands ${template} to ${expected}`, () => {
      assert.equal(expand(template), expected);
    });
  }

  for (const [description, file, name, expected] of [
    ['of a file in a subfolder', '/w/shop/target/app.jar', 'app.jar', 'target/app.jar'],
    ['of a file directly in the workspace folder', '/w/shop/app.jar', 'app.jar', 'app.jar'],
    ['of the ZIP of a subfolder', '/w/shop/web/dist', 'dist.zip', 'web/dist.zip'],
    ['of the ZIP of several files in a subfolder', '/w/shop/web/a.js', 'web.zip', 'web/web.zip'],
    ['of the ZIP of the workspace folder itself', '/w/shop', 'shop.zip', 'shop.zip'],
  ] as const) {
    it(`determines the workspace-relative path ${description}`, () => {
      assert.equal(siblingPath('/w/shop', file, name), expected);
    });
  }

  it('does not expand variables inside a value', () => {
    assert.equal(expand('${fileName}', { fileName: '${user}$&$1.jar' }), '${user}$&$1.jar');
  });

  for (const [fileName, base, extension] of [
    ['LICENSE', 'LICENSE', ''],
    ['.env', '.env', ''],
    ['a.tar.gz', 'a.tar', '.gz'],
    ['a.', 'a', '.'],
  ] as const) {
    it(`splits ${fileName} into the name ${base} and ${extension ? `the extension ${extension}` : 'no extension'}`, () => {
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
    it(`rejects ${template} and names the unknown variable ${subject}`, async () => {
      await failure(() => expand(template), 'key.unknownVariable', { subject });
    });
  }

  for (const [template, git, detail] of [
    ['${gitBranch}', 'noGit', 'noGit'],
    ['${gitCommit}', 'noRepository', 'noRepository'],
    ['${gitBranch}', { commit: 'abc' }, 'gitBranch'],
    ['${gitCommit}', { branch: 'main' }, 'gitCommit'],
  ] as const) {
    it(`rejects ${template} when Git has no value for it, with the reason ${detail}`, async () => {
      await failure(() => expand(template, { git }), 'key.noGit', { subject: template, detail });
    });
  }

  it('needs Git only for a template with a Git variable', () => {
    const { git, ...withoutGit } = defaultContext;
    assert.ok(git);
    assert.equal(expandTemplate('${fileName}', variablesOf(withoutGit)), 'app-1.0.jar');
    assert.equal(usesGit('${fileName}-${date}'), false);
    assert.equal(usesGit('${fileName}-${gitCommit}'), true);
  });
});
