import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  ChunkIndexStore,
  type ChunkIndex,
} from '../../../../../src/core/transfer/delta/indexStore';

const location = { bucket: 'b', keyPrefix: 'release/117' };
const index = (name: string, change: Partial<ChunkIndex> = {}): ChunkIndex => ({
  ...location,
  key: `release/117/${name}`,
  etag: `E-${name}`,
  averageBytes: 16_384,
  chunks: [
    { length: 5000, digest: 'AAAAAAAAAAAAAAAAAAAAAA==' },
    { length: 7, digest: '+/abcdefghijklmnopqrst==' },
  ],
  ...change,
});

describe('ChunkIndexStore', () => {
  let folder: string;
  let store: ChunkIndexStore;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'chunks-')), 'created on demand');
    store = new ChunkIndexStore(folder);
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true }));

  const find = async (name: string, searched = location): Promise<readonly string[]> =>
    (await store.find(searched, `${searched.keyPrefix}/${name}`)).map(({ etag }) => etag);
  /** Sets the modification time of a file to the given number of seconds ago. */
  const age = async (file: string, seconds: number): Promise<void> => {
    const time = new Date(Date.now() - seconds * 1000);
    await utimes(path.join(folder, file), time, time);
  };
  const onlyFile = async (): Promise<string> => {
    const [file, ...more] = await readdir(folder);
    assert.ok(file !== undefined && more.length === 0);
    return path.join(folder, file);
  };

  it('returns a saved index unchanged by its key', async () => {
    await store.save(index('app.jar'));
    assert.deepEqual(await store.find(location, 'release/117/app.jar'), [
      { version: 1, ...index('app.jar') },
    ]);
  });

  it('returns nothing when its folder does not exist', async () => {
    assert.deepEqual(await find('app.jar'), []);
  });

  for (const [stored, requested] of [
    ['app-1.0.0.jar', 'app-1.0.1.jar'],
    ['app-1.0.jar', 'app-1.0.10.jar'],
    ['20261126/app.jar', '20261127/app.jar'],
    ['app-a1b2c3d.jar', 'app-99ff00e.jar'],
    ['x/app-1.0.0-SNAPSHOT.war', 'x/app-2-SNAPSHOT.war'],
  ] as const) {
    it(`finds the index of ${stored} for ${requested}, another version`, async () => {
      await store.save(index(stored));
      assert.deepEqual(await find(requested), [`E-${stored}`]);
    });
  }

  for (const [stored, requested] of [
    ['app-1.0.0.jar', 'web-1.0.0.jar'],
    ['app-1.0.0.jar', 'app-1.0.0.war'],
    ['a/app-1.jar', 'b/app-2.jar'],
  ] as const) {
    it(`does not find the index of ${stored} for ${requested}, another package`, async () => {
      await store.save(index(stored));
      assert.deepEqual(await find(requested), []);
    });
  }

  it('ignores indexes of another bucket or package prefix', async () => {
    await store.save(index('app.jar'));
    assert.deepEqual(await find('app.jar', { ...location, bucket: 'c' }), []);
    assert.deepEqual(await find('app.jar', { ...location, keyPrefix: 'release/118' }), []);
  });

  it('returns the index of the same key first, then the newest of another version', async () => {
    await store.save(index('app-1.jar'));
    await age(path.basename(await onlyFile()), 60);
    await store.save(index('app-2.jar'));
    assert.deepEqual(await find('app-1.jar'), ['E-app-1.jar', 'E-app-2.jar']);
    assert.deepEqual(await find('app-3.jar'), ['E-app-2.jar']);
  });

  it('replaces the index of the same key, and removes it on request', async () => {
    await store.save(index('app.jar'));
    await store.save(index('app.jar', { etag: 'new' }));
    assert.deepEqual(await find('app.jar'), ['new']);
    await store.remove(location, 'release/117/app.jar');
    assert.deepEqual(await find('app.jar'), []);
  });

  it('stores at most 50 indexes, deletes the oldest, and leaves a file that another window is writing', async () => {
    await store.save(index('first.jar'));
    await age(path.basename(await onlyFile()), 3600);
    const draft = 'x.json.00000000.tmp';
    await writeFile(path.join(folder, draft), 'incomplete');
    await age(draft, 7200);
    for (let number = 0; number < 50; number += 1) {
      await store.save(index(`${'a'.repeat(number + 1)}.jar`));
    }
    const names = await readdir(folder);
    assert.equal(names.filter((name) => name !== draft).length, 50);
    assert.ok(names.includes(draft));
    assert.deepEqual(await find('first.jar'), []);
  });

  it('finds the index of another version while a newer one is being written', async () => {
    await store.save(index('app-1.jar'));
    const saved = await onlyFile();
    await age(path.basename(saved), 60);
    await writeFile(`${saved}.00000000.tmp`, 'incomplete');
    assert.deepEqual(await find('app-2.jar'), ['E-app-1.jar']);
  });

  for (const [defect, change] of [
    ['that is truncated', (text: string) => text.slice(0, -5)],
    ['that is empty', () => ''],
    ['of another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['of another key', (text: string) => text.replace('app.jar', 'bpp.jar')],
    [
      'of a key outside the package prefix',
      (text: string) => text.replace('release/117/app', 'x/app'),
    ],
    ['without an ETag', (text: string) => text.replace('"E-app.jar"', '""')],
    ['with a chunk of length 0', (text: string) => text.replace('5000', '0')],
    ['with a damaged digest', (text: string) => text.replace('AAAA', 'A')],
    ['with an impossible average length', (text: string) => text.replace('16384', '16385')],
  ] as const) {
    it(`ignores an index file ${defect}`, async () => {
      await store.save(index('app.jar'));
      const file = await onlyFile();
      const text = await readFile(file, 'utf8');
      const changed = change(text);
      assert.notEqual(changed, text);
      await writeFile(file, changed);
      assert.deepEqual(await find('app.jar'), []);
    });
  }
});
