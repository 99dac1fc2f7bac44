import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { Entry } from '../../../../src/common/objects/entries';
import type { Listing } from '../../../../src/features/packages/folderCache';
import { rowsOf, targetFolder, type Row } from '../../../../src/features/packages/rows';

const now = Date.UTC(2026, 2, 5, 14, 7, 9);

function object(path: string, change: { size?: number; lastModified?: number } = {}): Entry {
  const about = { size: 12_900_000, etag: 'ETAG1', lastModified: now - 180_000, ...change };
  const location = { bucket: 'b', keyPrefix: 'p/1' };
  return { kind: 'object', path, location, key: `p/1/${path}`, ...about };
}

function folder(path: string): Entry {
  return { kind: 'folder', path, key: `p/1/${path}`, location: { bucket: 'b', keyPrefix: 'p/1' } };
}

function rowsFor(listing: Partial<Listing>, { at = '', filter = '' } = {}): readonly Row[] {
  return rowsOf(at, { entries: [], hasMore: false, ...listing }, { now, filter });
}

/** The visible parts of each row and its actions. */
function visibleParts(rows: readonly Row[]): readonly string[] {
  return rows.map(({ label, description = '', icon, actions: can }) =>
    [label, description, icon, can.join(' ')].join(' | '),
  );
}

describe('Rows of the Packages view', () => {
  const denial = new CodedError('oss.accessDenied', {
    serverMessage: "Access denied by authorizer's policy.",
    requestId: 'R1',
  });
  const cases: readonly (readonly [
    title: string,
    rows: () => readonly Row[],
    expected: readonly string[],
  ])[] = [
    [
      'show folders, and size and age of objects',
      () => rowsFor({ entries: [folder('apps/'), object('app.jar')] }),
      [
        'apps |  | folder | uploadHere delete',
        'app.jar | 12.3 MB · 3 m ago | file | deploy download copy delete',
      ],
    ],
    [
      'show names relative to their folder',
      () => rowsFor({ entries: [folder('a/b/'), object('a/c.jar')] }, { at: 'a/' }),
      [
        'b |  | folder | uploadHere delete',
        'c.jar | 12.3 MB · 3 m ago | file | deploy download copy delete',
      ],
    ],
    [
      'show the whole path of an object that the filter finds',
      () => rowsFor({ entries: [object('apps/app.jar')] }, { filter: 'apps/a' }),
      ['apps/app.jar | 12.3 MB · 3 m ago | file | deploy download copy delete'],
    ],
    [
      'show no character that changes the text direction of a name',
      () => rowsFor({ entries: [object('evil\u202ejar.exe')] }),
      ['evil\u{fffd}jar.exe | 12.3 MB · 3 m ago | file | download copy delete'],
    ],
    [
      'show a slash for a folder with an empty name',
      () => rowsFor({ entries: [folder('a//')] }, { at: 'a/' }),
      ['/ |  | folder | uploadHere delete'],
    ],
    [
      'show the folder name for an object whose key is that of its folder',
      () => rowsFor({ entries: [object('a/b/')] }, { at: 'a/b/' }),
      ['b/ | 12.3 MB · 3 m ago | file | download copy delete'],
    ],
    [
      'show such an object as a file when the filter finds it',
      () => rowsFor({ entries: [object('a/')] }, { filter: 'a/' }),
      ['a/ | 12.3 MB · 3 m ago | file | download copy delete'],
    ],
    [
      'end with Load More when there are more entries',
      () => rowsFor({ entries: [object('a.jar')], hasMore: true }).slice(1),
      ['Load More | 1 shown | ellipsis | '],
    ],
    [
      'say what to do when the prefix is empty',
      () => rowsFor({}),
      ['Nothing here yet | drop files here, or upload one | inbox | uploadHere'],
    ],
    [
      'say that no name starts with the filter',
      () => rowsFor({}, { filter: 'x' }),
      [
        'Nothing found | no names start with “x”; clear the filter to show all | search-stop | clearFilter',
      ],
    ],
    [
      'say that the permission to list is missing',
      () => rowsFor({ error: denial }),
      ['No permission to list | no permission to list; uploads still work | lock | fetch'],
    ],
    [
      'keep the listed entries when a refresh fails',
      () => rowsFor({ error: new CodedError('oss.serverFault'), entries: [folder('a/')] }),
      [
        'Listing failed | OSS is having problems. Try again later. If they persist, contact support with the request ID. | error | fetch',
        'a |  | folder | uploadHere delete',
      ],
    ],
    [
      'do not show details of an unexpected error',
      () => rowsFor({ error: new Error('secret details') }),
      ['Listing failed | Something unexpected happened. Check the log. | error | fetch'],
    ],
  ];
  for (const [title, rows, expected] of cases) {
    it(title, () => assert.deepEqual(visibleParts(rows()), expected));
  }

  it('have accessible labels', () => {
    const rows = rowsFor({ entries: [folder('apps/'), object('app.jar')], hasMore: true });
    assert.deepEqual(
      rows.map(({ ariaLabel: spoken }) => spoken),
      ['apps, folder', 'app.jar, 12.3 MB, uploaded 3 m ago', 'Load More, 2 shown'],
    );
  });

  it('say “just now” for the first minute, even if the server’s clock is ahead', () => {
    for (const [passed, expected] of [
      [-5000, 'just now'],
      [59_999, 'just now'],
      [60_000, '1 m ago'],
    ] as const) {
      const [row] = rowsFor({ entries: [object('a.jar', { lastModified: now - passed })] });
      assert.match(row?.description ?? '', new RegExp(`· ${expected}$`));
    }
  });

  it('show key, exact size, time and ETag in the hover', () => {
    const [row] = rowsFor({ entries: [object('app.jar')] });
    assert.match(
      row?.tooltip ?? '',
      /^p\/1\/app\.jar\nSize: 12,900,000 B\nUploaded .*:04:09.*\.\nETAG ETAG1$/i,
    );
  });

  it('show the server’s message and the request ID of a denial in the hover', () => {
    assert.match(
      rowsFor({ error: denial })[0]?.tooltip ?? '',
      /authorizer's policy.*request ID R1/,
    );
  });

  it('have unique ids that do not depend on other rows', () => {
    const id = (entries: readonly Entry[]): string | undefined =>
      rowsFor({ entries }).find(({ label }) => label === 'b.jar')?.id;
    assert.equal(id([object('b.jar')]), id([object('a.jar'), object('b.jar', { size: 1 })]));
    const all = rowsFor({ entries: [folder('a/'), object('a')], hasMore: true, error: denial });
    assert.equal(new Set(all.map((row) => row.id)).size, 4);
  });
});

describe('Target folder of a drop', () => {
  const rows = rowsFor({ entries: [folder('apps/'), object('app.jar')] });
  const inside = rowsFor({ entries: [object('apps/a.jar')], hasMore: true }, { at: 'apps/' });
  for (const [where, row, path] of [
    ['outside the rows', undefined, ''],
    ['on a folder', rows[0], 'apps/'],
    ['on an object', rows[1], ''],
    ['on an object in a folder', inside[0], 'apps/'],
    [
      'on an object whose key is that of the folder',
      rowsFor({ entries: [object('a/')] }, { at: 'a/' })[0],
      'a/',
    ],
    ['on Load More in a folder', inside[1], 'apps/'],
    [
      'on an object that the filter found',
      rowsFor({ entries: [object('x/a.jar')] }, { filter: 'x/' })[0],
      'x/',
    ],
  ] as const) {
    it(`${where} is “${path}”`, () => assert.equal(targetFolder(row), path));
  }
});
