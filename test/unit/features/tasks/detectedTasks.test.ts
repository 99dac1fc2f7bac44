import assert from 'node:assert/strict';
import path from 'node:path';
import { splitPattern } from '../../../../src/features/tasks/findFiles';
import { detectedTasksFor } from '../../../../src/features/tasks/detectedTasks';

const folder = path.resolve('/w/shop');
const detected = (...files: readonly (readonly [file: string, mtimeMs: number])[]) =>
  detectedTasksFor(
    folder,
    files.map(([file, mtimeMs]) => ({ path: path.join(folder, ...file.split('/')), mtimeMs })),
  ).map(({ name, task, fileNames }) => [name, task.file, task.pick, ...fileNames]);

describe('Detected upload tasks', () => {
  for (const name of ['[svc]', '{x,y}', '[!n]', 'a*b', 'a?b', 'a,b', '[a-z]', '{x}', '[[', '!x']) {
    it(`search in the folder of the package when its name is ${name}`, () => {
      const [[, pattern = ''] = []] = detected([`${name}/target/app.jar`, 1]);
      assert.deepEqual(splitPattern(folder, pattern), {
        base: path.join(folder, name, 'target'),
        glob: '*.jar',
      });
    });
  }

  it('are none when nothing was built', () => assert.deepEqual(detected(), []));

  it('use a pattern that also matches the next version of a package', () => {
    assert.deepEqual(
      detected(
        ['target/app-1.0.jar', 1],
        ['target/app-1.0-sources.jar', 3],
        ['target/app-1.0-plain.jar', 2],
      ),
      [['target/*.jar', 'target/*.jar', 'newest', 'app-1.0.jar']],
    );
  });

  it('are one per folder and file type, and one for all when there are several files', () => {
    assert.deepEqual(
      detected(
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
