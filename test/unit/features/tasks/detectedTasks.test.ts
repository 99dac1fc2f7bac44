import assert from 'node:assert/strict';
import path from 'node:path';
import { splitPattern } from '../../../../src/features/tasks/findFiles';
import { detectedTasksFor } from '../../../../src/features/tasks/detectedTasks';

const folder = path.resolve('/w/shop');
const offered = (...files: readonly (readonly [file: string, mtimeMs: number])[]) =>
  detectedTasksFor(
    folder,
    files.map(([file, mtimeMs]) => ({ path: path.join(folder, ...file.split('/')), mtimeMs })),
  ).map(({ name, task, fileNames }) => [name, task.file, task.pick, ...fileNames]);

describe('the upload tasks that are offered', () => {
  for (const name of ['[svc]', '{x,y}', '[!n]', 'a*b', 'a?b', 'a,b', '[a-z]', '{x}', '[[', '!x']) {
    it(`search the folder that they were made for: ${name}`, () => {
      const [[, pattern = ''] = []] = offered([`${name}/target/app.jar`, 1]);
      assert.deepEqual(splitPattern(folder, pattern), {
        base: path.join(folder, name, 'target'),
        glob: '*.jar',
      });
    });
  }

  it('are none where nothing was built', () => assert.deepEqual(offered(), []));

  it('follow a package by a pattern, so that the next version is found, too', () => {
    assert.deepEqual(
      offered(
        ['target/app-1.0.jar', 1],
        ['target/app-1.0-sources.jar', 3],
        ['target/app-1.0-plain.jar', 2],
      ),
      [['target/*.jar', 'target/*.jar', 'newest', 'app-1.0.jar']],
    );
  });

  it('are one for each kind and folder, and one more for all where several are meant', () => {
    assert.deepEqual(
      offered(
        ['web/build/libs/web.war', 1],
        ['target/b.jar', 5],
        ['target/a.jar', 9],
        ['web/build/libs/web.jar', 1],
      ),
      [
        ['target/*.jar', 'target/*.jar', 'newest', 'a.jar'],
        ['target/*.jar (all)', 'target/*.jar', 'all', 'a.jar', 'b.jar'],
        ['web/build/libs/*.jar', 'web/build/libs/*.jar', 'newest', 'web.jar'],
        ['web/build/libs/*.war', 'web/build/libs/*.war', 'newest', 'web.war'],
      ],
    );
  });
});
