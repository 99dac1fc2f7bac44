import assert from 'node:assert/strict';
import { selectArtifacts, type FoundFile } from '../../../../src/features/tasks/artifacts';

const file = (path: string, mtimeMs = 0): FoundFile => ({ path, mtimeMs });

describe('selectArtifacts', () => {
  const cases: readonly [string, 'newest' | 'all', FoundFile[], string[]][] = [
    ['selects nothing from no files', 'newest', [], []],
    ['selects nothing from no files with pick “all”', 'all', [], []],
    ['selects the only file', 'newest', [file('/w/target/a.jar')], ['/w/target/a.jar']],
    [
      'selects the most recently modified file',
      'newest',
      [file('/w/a-1.0.jar', 1), file('/w/a-1.1.jar', 3), file('/w/a-1.2.jar', 2)],
      ['/w/a-1.1.jar'],
    ],
    [
      'selects the first path among files that were modified at the same time',
      'newest',
      [file('/w/b.jar', 1), file('/w/a.jar', 1)],
      ['/w/a.jar'],
    ],
    [
      'selects all files, sorted by path, with pick “all”',
      'all',
      [file('/w/b.war'), file('/w/a.jar')],
      ['/w/a.jar', '/w/b.war'],
    ],
    [
      'ignores sources, Javadoc, tests, plain and original archives',
      'newest',
      [
        file('/w/a.jar', 1),
        file('/w/a-sources.jar', 2),
        file('/w/a-javadoc.jar', 3),
        file('/w/a-tests.jar', 4),
        file('/w/a-plain.jar', 5),
        file('/w/a.jar.original', 6),
        file('/w/original-a.jar', 7),
        file('/w/a-PLAIN.war', 8),
      ],
      ['/w/a.jar'],
    ],
    [
      'ignores original archives in Windows paths',
      'all',
      [file('c:\\w\\original-a\\a.jar'), file('c:\\w\\original-a.jar')],
      ['c:\\w\\original-a\\a.jar'],
    ],
    [
      'selects ignored archives when nothing else matches',
      'all',
      [file('/w/a-sources.jar'), file('/w/a-plain.jar')],
      ['/w/a-plain.jar', '/w/a-sources.jar'],
    ],
    [
      'does not ignore files with similar names',
      'newest',
      [file('/w/a-sources-jar')],
      ['/w/a-sources-jar'],
    ],
  ];
  for (const [title, pick, found, expected] of cases) {
    it(title, () => {
      assert.deepEqual(
        selectArtifacts(found, pick).map(({ path }) => path),
        expected,
      );
    });
  }
});
