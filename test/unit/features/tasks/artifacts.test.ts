import assert from 'node:assert/strict';
import { selectArtifacts, type FoundFile } from '../../../../src/features/tasks/artifacts';

const file = (path: string, mtimeMs = 0): FoundFile => ({ path, mtimeMs });

describe('Which files of a build are meant', () => {
  const cases: readonly [string, 'newest' | 'all', FoundFile[], string[]][] = [
    ['none', 'newest', [], []],
    ['none at all', 'all', [], []],
    ['the one', 'newest', [file('/w/target/a.jar')], ['/w/target/a.jar']],
    [
      'the one written last',
      'newest',
      [file('/w/a-1.0.jar', 1), file('/w/a-1.1.jar', 3), file('/w/a-1.2.jar', 2)],
      ['/w/a-1.1.jar'],
    ],
    [
      'the first by path of those written at the same time',
      'newest',
      [file('/w/b.jar', 1), file('/w/a.jar', 1)],
      ['/w/a.jar'],
    ],
    ['all, sorted', 'all', [file('/w/b.war'), file('/w/a.jar')], ['/w/a.jar', '/w/b.war']],
    [
      'not what stands beside it',
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
      'on Windows, too',
      'all',
      [file('c:\\w\\original-a\\a.jar'), file('c:\\w\\original-a.jar')],
      ['c:\\w\\original-a\\a.jar'],
    ],
    [
      'what stands beside, when nothing else was asked for',
      'all',
      [file('/w/a-sources.jar'), file('/w/a-plain.jar')],
      ['/w/a-plain.jar', '/w/a-sources.jar'],
    ],
    ['names that only look alike', 'newest', [file('/w/a-sources-jar')], ['/w/a-sources-jar']],
  ];
  for (const [what, which, found, expected] of cases) {
    it(what, () => {
      assert.deepEqual(
        selectArtifacts(found, which).map(({ path }) => path),
        expected,
      );
    });
  }
});
