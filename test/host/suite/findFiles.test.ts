import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFiles } from '../../../src/features/tasks/findFiles';

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

describe('findFiles, with the search of VS Code', () => {
  let folder: string;
  const { signal } = new AbortController();

  before(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'edas-glob [x]-')));
    for (const file of files) {
      await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
      await writeFile(path.join(folder, file), file);
    }
    await writeFile(path.join(folder, '.gitignore'), 'target\n');
    await mkdir(path.join(folder, 'target', 'folder.jar'));
    await symlink(path.join(folder, 'web'), path.join(folder, 'link'), 'junction');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const found = async (pattern: string): Promise<readonly string[]> =>
    (await findFiles(folder, pattern, signal))
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
    ['**/target/deep.jar', 'a/b/c/target/deep.jar'],
    ['**/*.{war,ear}', 'target/app.war', 'web/target/web.war'],
    ['{web,a/b/c}/target/*.{war,jar}', 'a/b/c/target/deep.jar', 'web/target/web.war'],
    [
      '**/{target,build/libs}/{deep,web-*}.jar',
      'a/b/c/target/deep.jar',
      'web/build/libs/web-plain.jar',
    ],
    ['link/target/*.war', 'link/target/web.war'],
    ['node_modules/**/*.jar', 'node_modules/x/target/foreign.jar'],
    ['?.jar', 'b.jar'],
    ['[!b].jar'],
    ['[a-c].jar', 'b.jar'],
    ['a?.jar', 'ab.jar'],
    ['odd [[]1]/a+b(1).jar', 'odd [1]/a+b(1).jar'],
    ['odd [[]1]/a*.jar', 'odd [1]/a+b(1).jar'],
    ['odd*/a+b(?).jar', 'odd [1]/a+b(1).jar'],
    ['web/../target/*.war', 'target/app.war'],
    ['[z-a].jar'],
    ['['],
  ];
  for (const [pattern, ...expected] of cases) {
    it(`finds ${expected.length} files for ${pattern}`, async () => {
      assert.deepEqual(await found(pattern), expected);
    });
  }

  it('accepts an absolute pattern, also below a folder with brackets in its name', async () => {
    assert.deepEqual(await found(path.join(folder, 'target', '*.war')), ['target/app.war']);
  });

  it('accepts a pattern outside the folder', async () => {
    const web = path.join(folder, 'web');
    const [file] = await findFiles(web, '../target/*.war', signal);
    assert.equal(file?.path, path.join(folder, 'target', 'app.war'));
  });

  it('rejects when it is aborted', async () => {
    await assert.rejects(findFiles(folder, '**', AbortSignal.abort()), { name: 'AbortError' });
  });
});
