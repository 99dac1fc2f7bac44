import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseGlob } from '../../../../src/features/tasks/glob';
import { findFiles } from '../../../../src/features/tasks/findFiles';
import { inWine } from '../../../windows/inWine';

const files = [
  'target/app-1.0.jar',
  'target/app-1.0-sources.jar',
  'target/app.war',
  'target/classes/inner.jar',
  'target/.hidden.jar',
  'web/target/web.war',
  'web/build/libs/web-plain.jar',
  'a/b/c/target/deep.jar',
  'node_modules/x/target/foreign.jar',
  '.git/target/hidden.jar',
  'odd [1]/a+b(1).jar',
  'ab.jar',
  'b.jar',
] as const;

describe('files that a pattern names', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'edas-glob [x]-')));
    for (const file of files) {
      await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
      await writeFile(path.join(folder, file), file);
    }
    await mkdir(path.join(folder, 'target', 'folder.jar'));
    if (!inWine) {
      await symlink(path.join(folder, 'web'), path.join(folder, 'link'), 'junction');
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const found = async (pattern: string): Promise<readonly string[]> =>
    (await findFiles(folder, pattern))
      .map((file) => path.relative(folder, file.path).split(path.sep).join('/'))
      .sort();

  const cases: readonly (readonly [pattern: string, ...expected: readonly string[]])[] = [
    ['target/*.jar', 'target/app-1.0-sources.jar', 'target/app-1.0.jar'],
    ['./target//*.war', 'target/app.war'],
    ['target/app-1.0.jar', 'target/app-1.0.jar'],
    ['target/.*.jar', 'target/.hidden.jar'],
    ['target/folder.jar'],
    ['target/none.jar'],
    ['nowhere/*.jar'],
    ['target/**', ...files.filter((file) => /^target\/(?!\.)/.test(file)).sort()],
    ['**/target/*.war', 'target/app.war', 'web/target/web.war'],
    ['**/*.{war,ear}', 'target/app.war', 'web/target/web.war'],
    ['{web/,}target/*.war', 'target/app.war', 'web/target/web.war'],
    [
      '**/{target,build/libs}/{deep,web-*}.jar',
      'a/b/c/target/deep.jar',
      'web/build/libs/web-plain.jar',
    ],
    ['link/target/*.war', 'link/target/web.war'],
    ['?.jar', 'b.jar'],
    ['[!b].jar'],
    ['[a-c].jar', 'b.jar'],
    ['a?.jar', 'ab.jar'],
    ['odd [[]1]/a+b(1).jar', 'odd [1]/a+b(1).jar'],
    ['odd*/a+b(?).jar', 'odd [1]/a+b(1).jar'],
    ['{b}.jar'],
    ['web/../target/*.war', 'target/app.war'],
    ['[z-a].jar'],
    [''],
    ['['],
  ];
  for (const [pattern, ...expected] of cases) {
    it(`${pattern || 'an empty one'} → ${expected.length}`, async function () {
      if (inWine && pattern.startsWith('link/')) {
        this.skip(); // Wine makes no links of Windows
      }
      assert.deepEqual(await found(pattern), expected);
    });
  }

  it('may be absolute, also where the folder’s own name has brackets', async () => {
    assert.deepEqual(await found(path.join(folder, 'target', '*.war')), ['target/app.war']);
    assert.deepEqual(await found(path.join(path.dirname(folder), '*', 'target', '*.none')), []);
  });

  it('are looked for no deeper than wanted', async () => {
    const shallow = await findFiles(folder, '**/target/*.jar', { depth: 1 });
    assert.ok(shallow.every((file) => !file.path.endsWith('deep.jar')));
    assert.equal(shallow.length, 2);
  });

  it('with many stars match in a time that does not explode', () => {
    const [[segment] = []] = parseGlob(`${'*a'.repeat(40)}*b`);
    assert.ok(segment?.kind === 'pattern');
    assert.ok(!segment.matches('a'.repeat(250)));
    assert.ok(segment.matches(`${'a'.repeat(250)}b`));
  });

  for (const [pattern, name, expected] of [
    ['*ab*ab', 'ab', false],
    ['*ab*ab', 'abab', true],
    ['a*a', 'a', false],
    ['*1*2', 'x1y2', true],
    ['**', 'x', undefined],
    ['a**b', 'axb', true],
    ['*a*b*', 'bab', true],
    ['*a*b*', 'ba', false],
  ] as const) {
    it(`${pattern} ${String(expected)} for ${name}`, () => {
      const [[segment] = []] = parseGlob(pattern);
      assert.equal(segment?.kind === 'pattern' ? segment.matches(name) : undefined, expected);
    });
  }

  it('are not looked for when nobody wants them any more', async () => {
    await assert.rejects(findFiles(folder, '**', { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });
});
