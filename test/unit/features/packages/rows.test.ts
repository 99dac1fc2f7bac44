import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import type { Entry } from '../../../../src/common/objects/entries';
import type { Listing } from '../../../../src/features/packages/folderCache';
import { rowsOf, targetFolder, type Row } from '../../../../src/features/packages/rows';

const now = Date.UTC(2026, 2, 5, 14, 7, 9);

function object(path: string, change: { size?: number; lastModified?: number } = {}): Entry {
  const about = { size: 12_900_000, etag: 'ETAG1', lastModified: now - 180_000, ...change };
  const location = { bucket: 'b', keyPrefix: 'p/1' };
  return { kind: 'object', path, location: location, key: `p/1/${path}`, ...about };
}

function folder(path: string): Entry {
  return { kind: 'folder', path, key: `p/1/${path}`, location: { bucket: 'b', keyPrefix: 'p/1' } };
}

function show(listing: Partial<Listing>, { at = '', filter = '' } = {}): readonly Row[] {
  return rowsOf(at, { entries: [], hasMore: false, ...listing }, { now, filter });
}

/** What eyes and ears get of the rows. */
function said(rows: readonly Row[]): readonly string[] {
  return rows.map(({ label, description = '', icon, can }) =>
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
      'name folders, and sizes and ages of objects',
      () => show({ entries: [folder('apps/'), object('app.jar')] }),
      [
        'apps |  | folder | uploadHere delete',
        'app.jar | 12.3 MB · 3 m ago | file | deploy download copy delete',
      ],
    ],
    [
      'name what stands in a folder without the way to it',
      () => show({ entries: [folder('a/b/'), object('a/c.jar')] }, { at: 'a/' }),
      [
        'b |  | folder | uploadHere delete',
        'c.jar | 12.3 MB · 3 m ago | file | deploy download copy delete',
      ],
    ],
    [
      'name the way to what a filter brings up',
      () => show({ entries: [object('apps/app.jar')] }, { filter: 'apps/a' }),
      ['apps/app.jar | 12.3 MB · 3 m ago | file | deploy download copy delete'],
    ],
    [
      'show no characters that would make a name read as another',
      () => show({ entries: [object('evil\u202ejar.exe')] }),
      ['evil\u{fffd}jar.exe | 12.3 MB · 3 m ago | file | download copy delete'],
    ],
    [
      'have a name even for a folder that has none',
      () => show({ entries: [folder('a//')] }, { at: 'a/' }),
      ['/ |  | folder | uploadHere delete'],
    ],
    [
      'name an object whose key ends with a slash by its folder',
      () => show({ entries: [object('a/b/')] }, { at: 'a/b/' }),
      ['b/ | 12.3 MB · 3 m ago | file | download copy delete'],
    ],
    [
      'tell such an object from the folder when a filter brings it up',
      () => show({ entries: [object('a/')] }, { filter: 'a/' }),
      ['a/ | 12.3 MB · 3 m ago | file | download copy delete'],
    ],
    [
      'lead on',
      () => show({ entries: [object('a.jar')], hasMore: true }).slice(1),
      ['Load More | 1 shown | ellipsis | '],
    ],
    [
      'say what to do when there are none',
      () => show({}),
      ['Nothing here yet | drop files here, or upload one | inbox | uploadHere'],
    ],
    [
      'say that a filter hides all',
      () => show({}, { filter: 'x' }),
      [
        'Nothing found | no names start with “x”; clear the filter to show all | search-stop | clearFilter',
      ],
    ],
    [
      'say that listing is not allowed',
      () => show({ error: denial }),
      ['No permission to list | no permission to list; uploads still work | lock | fetch'],
    ],
    [
      'keep what was there when it cannot be listed anew',
      () => show({ error: new CodedError('oss.serverFault'), entries: [folder('a/')] }),
      [
        'Listing failed | OSS is having problems. Try again later. If they persist, contact support with the request ID. | error | fetch',
        'a |  | folder | uploadHere delete',
      ],
    ],
    [
      'do not tell the inside of a bug',
      () => show({ error: new Error('secret inside') }),
      ['Listing failed | Something unexpected happened. Check the log. | error | fetch'],
    ],
  ];
  for (const [title, rows, expected] of cases) {
    it(title, () => assert.deepEqual(said(rows()), expected));
  }

  it('speak', () => {
    const rows = show({ entries: [folder('apps/'), object('app.jar')], hasMore: true });
    assert.deepEqual(
      rows.map(({ spoken }) => spoken),
      ['apps, folder', 'app.jar, 12.3 MB, uploaded 3 m ago', 'Load More, 2 shown'],
    );
  });

  it('say “just now” for the first minute, also where the clocks differ', () => {
    for (const [passed, said] of [
      [-5000, 'just now'],
      [59_999, 'just now'],
      [60_000, '1 m ago'],
    ] as const) {
      const [row] = show({ entries: [object('a.jar', { lastModified: now - passed })] });
      assert.match(row?.description ?? '', new RegExp(`· ${said}$`));
    }
  });

  it('have the whole key, the exact size and the moment in their hover', () => {
    const [row] = show({ entries: [object('app.jar')] });
    assert.match(
      row?.hint ?? '',
      /^p\/1\/app\.jar\nSize: 12,900,000 B\nUploaded .*:04:09.*\.\nETAG ETAG1$/i,
    );
  });

  it('have the reference of a refusal in their hover', () => {
    assert.match(show({ error: denial })[0]?.hint ?? '', /authorizer's policy.*request ID R1/);
  });

  it('keep their ids, whatever is listed beside them', () => {
    const id = (entries: readonly Entry[]): string | undefined =>
      show({ entries }).find(({ label }) => label === 'b.jar')?.id;
    assert.equal(id([object('b.jar')]), id([object('a.jar'), object('b.jar', { size: 1 })]));
    const all = show({ entries: [folder('a/'), object('a')], hasMore: true, error: denial });
    assert.equal(new Set(all.map((row) => row.id)).size, 4);
  });
});

describe('A drop', () => {
  const rows = show({ entries: [folder('apps/'), object('app.jar')] });
  const inside = show({ entries: [object('apps/a.jar')], hasMore: true }, { at: 'apps/' });
  for (const [where, row, path] of [
    ['beside the rows', undefined, ''],
    ['on a folder', rows[0], 'apps/'],
    ['on an object', rows[1], ''],
    ['on an object in a folder', inside[0], 'apps/'],
    [
      'on an object whose key is that of the folder',
      show({ entries: [object('a/')] }, { at: 'a/' })[0],
      'a/',
    ],
    ['on Load More in a folder', inside[1], 'apps/'],
    [
      'on what a filter brought up',
      show({ entries: [object('x/a.jar')] }, { filter: 'x/' })[0],
      'x/',
    ],
  ] as const) {
    it(`${where} goes to “${path}”`, () => assert.equal(targetFolder(row), path));
  }
});
