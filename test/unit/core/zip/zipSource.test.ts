import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { isAbort } from '../../../../src/core/errors/catalogue';
import type { ZipRequest } from '../../../../src/core/zip/zipRequest';
import { fingerprintOf } from '../../../../src/core/transfer/source/fingerprint';
import { ZipSource, type OpenZip, type ZipSourceOptions } from '../../../../src/core/zip/zipSource';
import { TempFolders, type FolderContents } from './tempFolders';
import { unzip } from './unzip';
import { failure } from '../../support/coded';
import { isMissing } from '../../support/installed';
import { systemFault } from '../../support/fileSystem';

const isWindows = process.platform === 'win32';
const randomContents = (bytes: number): Buffer => randomBytes(bytes);
const text = (bytes: number): Buffer => Buffer.alloc(bytes, 'public static void main\n');

const application: FolderContents = {
  'WEB-INF/classes/com/shop/Main.class': text(3_000),
  'WEB-INF/classes/large.properties': text(700_000),
  'WEB-INF/lib/a.jar': randomContents(300_000),
  'WEB-INF/lib/b.jar': randomContents(40),
  'WEB-INF/empty.txt': '',
  'logs/': null,
  '空 格/说明 (1).txt': '你好',
  'index.html': '<h1>Shop</h1>'.repeat(40),
};

/** SHA-256 of a small ZIP. If it changes, packing the same folder with the next release produces different bytes. */
const goldenSha256 = '406490eedbd0d750fb370905a56329b06e619f75a3cf297da3e9e1249bcdd5d6';

describe('ZipSource', () => {
  const folders = new TempFolders();
  let storage: string;

  beforeEach(async () => {
    storage = path.join(await folders.folder(), 'storage');
  });
  afterEach(() => folders.clear());

  function source(
    request: Partial<ZipRequest> & Pick<ZipRequest, 'paths'>,
    options: Partial<ZipSourceOptions> = {},
  ): ZipSource {
    const defaults = { name: 'shop.zip', excludes: [], links: 'keep' } as const;
    return new ZipSource({ ...defaults, ...request }, { folder: storage, ...options });
  }

  async function pack(request: Partial<ZipRequest> & Pick<ZipRequest, 'paths'>): Promise<Buffer> {
    const zip = await source(request).open();
    try {
      return await readAll(zip);
    } finally {
      await zip.close();
    }
  }

  it('packs every file of the folder, and compresses where this saves space', async () => {
    const found = await unzip(await pack({ paths: [await folders.folder(application)] }));
    const expected = Object.entries(application).filter(([, contents]) => contents !== null);
    for (const [name, contents] of expected) {
      assert.deepEqual(found.get(name)?.bytes, Buffer.from(contents as string), name);
    }
    assert.deepEqual(
      [...found].filter(([, { isDeflated }]) => isDeflated).map(([name]) => name),
      [
        'WEB-INF/classes/com/shop/Main.class',
        'WEB-INF/classes/large.properties',
        'WEB-INF/lib/b.jar',
        'index.html',
        '空 格/说明 (1).txt',
      ],
    );
    assert.deepEqual([...new Set([...found.values()].map(({ isUtf8 }) => isUtf8))], [true]);
  });

  it('sorts entries by the UTF-8 bytes of their names, with an entry for each folder', async () => {
    const plan = { 'b/c': '1', 'b-c': '2', C: '3', '\u{1f600}': '4', '\uff5e': '5', 'e/f/': null };
    const found = await unzip(await pack({ paths: [await folders.folder(plan)] }));
    assert.deepEqual(
      [...found.keys()],
      ['C', 'b-c', 'b/', 'b/c', 'e/', 'e/f/', '\uff5e', '\u{1f600}'],
    );
  });

  it('produces the same bytes on every system and in every time zone', async () => {
    const timeZone = process.env.TZ;
    const bytes = Array.from({ length: 600 }, (_, index) =>
      createHash('sha256').update(`${index}`).digest(),
    );
    // Nothing that is compressed, because another version of zlib may produce other bytes.
    const plan: FolderContents = { 'b/é.jar': Buffer.concat(bytes), 'a.txt': '', 'empty/': null };
    try {
      for (const TZ of ['UTC', 'Asia/Shanghai', 'America/Los_Angeles']) {
        process.env.TZ = TZ;
        const zip = await pack({ paths: [await folders.folder(plan)] });
        assert.equal(createHash('sha256').update(zip).digest('hex'), goldenSha256, TZ);
      }
    } finally {
      if (timeZone === undefined) {
        delete process.env.TZ;
      } else {
        process.env.TZ = timeZone;
      }
    }
  });

  it('produces the same bytes whatever the path, times, modes and creation order of the files', async () => {
    const first = await folders.folder(application);
    const second = await folders.folder(Object.fromEntries(Object.entries(application).reverse()));
    await utimes(path.join(second, 'index.html'), 1, 1);
    if (!isWindows) {
      await chmod(path.join(second, 'index.html'), 0o600);
    }
    assert.ok((await pack({ paths: [first] })).equals(await pack({ paths: [second] })));
  });

  it('stores executable bits, folders and symbolic links', async function () {
    if (isWindows) {
      this.skip(); // Windows has no executable bit, and requires a privilege to create links
    }
    const plan = {
      'bin/start': { executable: '#!/bin/sh\n' },
      'bin/go': { linkTo: 'start' },
      readme: 'x',
    };
    const folder = await folders.folder(plan);
    const modes = async (links: 'keep' | 'skip'): Promise<Record<string, string>> =>
      Object.fromEntries(
        [...(await unzip(await pack({ paths: [folder], links })))].map(
          ([name, { mode }]) => [name, mode.toString(8)] as const,
        ),
      );
    const withoutLink = { 'bin/': '40755', 'bin/start': '100755', readme: '100644' };
    assert.deepEqual(await modes('skip'), withoutLink);
    assert.deepEqual(await modes('keep'), { ...withoutLink, 'bin/go': '120777' });
    assert.equal(
      (await unzip(await pack({ paths: [folder] }))).get('bin/go')?.bytes.toString(),
      'start',
    );
  });

  it('is extracted without loss by the system’s unzip', async function () {
    if (isMissing(spawnSync('unzip', ['-v']).error)) {
      this.skip(); // unzip is not installed; the other tests read the ZIPs with yauzl
    }
    const plan = {
      ...application,
      'bin/start': { executable: '#!/bin/sh\n' },
      'bin/go': { linkTo: 'start' },
    };
    const folder = await folders.folder(plan);
    const target = await folders.folder();
    const packed = path.join(await folders.folder(), 'packed.zip');
    await writeFile(packed, await pack({ paths: [folder] }));
    assert.equal(spawnSync('unzip', ['-q', packed, '-d', target]).stderr.toString(), '');
    assert.deepEqual(await snapshot(target), await snapshot(folder));
  });

  it('does not follow links out of the folder, and reports the links that it skips', async function () {
    if (isWindows) {
      this.skip(); // Windows requires a privilege to create links
    }
    const outside = await folders.folder({ secret: 'secret' });
    const folder = await folders.folder({ a: 'a', out: { linkTo: outside } });
    const zip = await source({ paths: [folder], links: 'skip' }).open();
    assert.deepEqual(zip.tree.leftOut, [path.join(folder, 'out')]);
    await zip.close();
    assert.ok(!(await pack({ paths: [folder] })).includes('secret'));
  });

  it('packs several selected items under their names, and a nested item only once', async () => {
    const folder = await folders.folder({
      'web/index.html': 'i',
      'conf/app.yml': 'c',
      'conf/deep/x': 'x',
      other: 'o',
    });
    const paths = ['conf', 'web/index.html', 'conf/deep'].map((name) => path.join(folder, name));
    assert.deepEqual(
      [...(await unzip(await pack({ paths }))).keys()],
      ['conf/', 'conf/app.yml', 'conf/deep/', 'conf/deep/x', 'web/index.html'],
    );
  });

  it('applies exclude patterns, but not to a selected item itself', async () => {
    const folder = await folders.folder({
      '.git/config': 'x',
      'logs/a.log': 'x',
      'logs/keep.log': 'x',
      'src/.git/config': 'x',
      'src/Main.java': 'x',
      'a.LOG': 'x',
    });
    const excludes = ['.git/', '*.log', '!keep.log'];
    assert.deepEqual(
      [...(await unzip(await pack({ paths: [folder], excludes }))).keys()],
      ['a.LOG', 'logs/', 'logs/keep.log', 'src/', 'src/Main.java'],
    );
    const selected = await pack({ paths: [path.join(folder, 'logs/a.log')], excludes });
    assert.deepEqual([...(await unzip(selected)).keys()], ['a.log']);
  });

  it('supports concurrent reads of any range', async () => {
    const zip = await source({ paths: [await folders.folder(application)] }).open();
    const whole = await readAll(zip);
    const stretches = Array.from({ length: 200 }, (_, index) => {
      const start = (index * 7_919) % zip.size;
      return { start, length: 1 + ((index * 104_729) % 200_000) };
    });
    await Promise.all(
      stretches.map(async ({ start, length }) => {
        const target = Buffer.alloc(length, 0xee);
        const bytesRead = await zip.read(target, start);
        assert.equal(bytesRead, Math.min(length, zip.size - start));
        assert.ok(target.subarray(0, bytesRead).equals(whole.subarray(start, start + bytesRead)));
        assert.ok(target.subarray(bytesRead).every((byte) => byte === 0xee));
      }),
    );
    assert.equal(await zip.read(Buffer.alloc(10), zip.size), 0);
    await zip.verifyUnchanged();
    await zip.close();
  });

  it('reports progress up to the last byte', async () => {
    const reports: [number, number][] = [];
    const paths = [await folders.folder(application)];
    const onPacked = (packed: number, total: number): void => void reports.push([packed, total]);
    const zip = await source({ paths }, { onPacked }).open();
    await zip.close();
    const total = 3_000 + 700_000 + 300_000 + 40 + 6 + 40 * 13;
    assert.deepEqual(reports.at(-1), [total, total]);
    assert.ok(reports.every(([packed], index) => packed > (reports[index - 1]?.[0] ?? 0)));
  });

  describe('the temporary file', () => {
    it('is readable only by its owner, and is never packed', async () => {
      const top = await folders.folder({ ...application, 'storage/older': 'stale' });
      storage = path.join(top, 'storage');
      const zip = await source({ paths: [top] }).open();
      const [name = ''] = (await readdir(storage)).filter((each) => each !== 'older');
      if (!isWindows) {
        assert.equal((await lstat(storage)).mode & 0o777, 0o700);
        assert.equal((await lstat(path.join(storage, name))).mode & 0o777, 0o600);
      }
      const names = [...(await unzip(await readAll(zip))).keys()];
      assert.deepEqual(
        names.filter((each) => each.startsWith('storage')),
        ['storage/'],
      );
      assert.deepEqual(zip.tree.leftOut, [storage]);
      await zip.close();
    });

    it('is recognized by its folder, so that a user’s file of such a name is packed', async () => {
      const name = 'packing-12345-abcdef.tmp';
      const top = await folders.folder({ [name]: 'a', [`packing/${name}`]: 'b' });
      const found = await unzip(await pack({ paths: [top] }));
      assert.deepEqual([...found.keys()], [name, 'packing/', `packing/${name}`]);
    });

    it('is removed when the disk is full, and the error names the folder', async () => {
      const top = await folders.folder(application);
      const handle = await open(path.join(top, 'index.html'));
      const prototype = Object.getPrototypeOf(handle) as { writeFile: unknown };
      await handle.close();
      const real = prototype.writeFile;
      prototype.writeFile = () => systemFault('ENOSPC');
      try {
        await failure(() => source({ paths: [top] }).open(), 'disk.full', { subject: storage });
      } finally {
        prototype.writeFile = real;
      }
      assert.deepEqual(await readdir(storage), []);
    });

    it('is removed within a second when packing a large file is cancelled', async () => {
      const top = await folders.folder();
      await writeFile(path.join(top, 'large'), '');
      await truncate(path.join(top, 'large'), 2 * 1024 ** 3);
      const cancel = new AbortController();
      let cancelledAt = 0;
      const onPacked = (packed: number): void => {
        if (packed > 20_000_000 && cancelledAt === 0) {
          cancelledAt = Date.now();
          cancel.abort();
        }
      };
      const opening = source({ paths: [top] }, { onPacked }).open(cancel.signal);
      await assert.rejects(opening, isAbort);
      assert.ok(cancelledAt > 0 && Date.now() - cancelledAt < 1_000);
      assert.deepEqual(await readdir(storage), []);
    });

    it('is removed when the source is closed, and when packing is cancelled or fails', async () => {
      const folder = await folders.folder({ ...application, 'z/last': text(600_000) });
      await pack({ paths: [folder] });
      assert.deepEqual(await readdir(storage), []);

      const cancel = new AbortController();
      const cancelled = source({ paths: [folder] }, { onPacked: () => cancel.abort() });
      await assert.rejects(cancelled.open(cancel.signal), isAbort);
      assert.deepEqual(await readdir(storage), []);

      const failed = source(
        { paths: [folder] },
        { onPacked: () => rmSync(path.join(folder, 'z/last'), { force: true }) },
      );
      await failure(() => failed.open(), 'source.changed');
      assert.deepEqual(await readdir(storage), []);
    });

    it('causes an error that names the folder when it cannot be created', async () => {
      const folder = await folders.folder(application);
      storage = path.join(folder, 'index.html');
      await failure(() => source({ paths: [folder] }).open(), 'disk.notWritable', {
        subject: storage,
      });
    });
  });

  describe('reading files', () => {
    const jar = 'lib/a.jar';
    let folder: string;
    beforeEach(async () => {
      // Larger than one read.
      folder = await folders.folder({ [jar]: randomContents(6_000_000), 'a.txt': text(900) });
      // An old time, because some file systems have a resolution of 4 ms, within which two writes look the same.
      await utimes(path.join(folder, jar), 1, 1);
    });

    /** Packs the folder, and calls `change` when the JAR has been listed and is about to be read. */
    async function packWhile(change: (file: string) => void): Promise<unknown> {
      let isChanged = false;
      const onPacked = (): void => {
        if (!isChanged) {
          isChanged = true;
          change(path.join(folder, jar));
        }
      };
      return source({ paths: [folder] }, { onPacked }).open();
    }

    const changes: readonly [string, (file: string) => void][] = [
      ['is rewritten', (file) => writeFileSync(file, randomContents(6_000_000))],
      ['grows', (file) => appendFileSync(file, randomContents(9))],
      ['shrinks', (file) => truncateSync(file, 70_000)],
      [
        'is deleted',
        (file) => {
          rmSync(file);
        },
      ],
      [
        'is replaced by a folder',
        (file) => {
          rmSync(file);
          mkdirSync(file);
        },
      ],
      [
        'is replaced by another file of the same size and time',
        (file) => {
          // Created before the old file is removed, so that it cannot get the same inode number.
          writeFileSync(`${file}.new`, randomContents(6_000_000));
          utimesSync(`${file}.new`, 1, 1);
          renameSync(`${file}.new`, file);
        },
      ],
      ...(isWindows
        ? []
        : ([
            [
              'is replaced by a link to a file of the same size and time',
              (file) => {
                renameSync(file, `${file}.old`);
                symlinkSync(`${file}.old`, file);
              },
            ],
            ['is replaced by a pipe', (file) => (rmSync(file), spawnSync('mkfifo', [file]))],
          ] as [string, (file: string) => void][])),
    ];
    for (const [event, change] of changes) {
      it(`fails when a file ${event} while it is packed`, async () => {
        const file = path.join(folder, jar);
        await failure(() => packWhile(change), 'source.changed', { subject: file });
        assert.deepEqual(await readdir(storage), []);
      });
    }

    it('follows a link that was selected itself', async function () {
      if (isWindows) {
        this.skip(); // Windows requires a privilege to create links
      }
      const link = path.join(
        await folders.folder({ 'b.jar': { linkTo: path.join(folder, jar) } }),
        'b.jar',
      );
      const found = await unzip(await pack({ paths: [link] }));
      assert.equal(found.get('b.jar')?.bytes.length, 6_000_000);
    });

    it('changes the fingerprint when a file changes but sizes and times stay the same', async () => {
      const plan: Record<string, string> = {};
      for (let index = 0; index < 1_000; index += 1) {
        plan[`config-file-number-${String(index).padStart(5, '0')}.properties`] = `port=${index}`;
      }
      folder = await folders.folder(plan);
      const identify = async (): Promise<readonly [number, number, string]> => {
        const zip = await source({ paths: [folder] }).open();
        try {
          return [zip.size, zip.mtimeMs, await fingerprintOf(zip)];
        } finally {
          await zip.close();
        }
      };
      const file = path.join(folder, 'config-file-number-00500.properties');
      await utimes(file, 1, 1);
      const [size, mtimeMs, before] = await identify();
      assert.deepEqual(await identify(), [size, mtimeMs, before]);
      await writeFile(file, 'port=501');
      await utimes(file, 1, 1);
      const after = await identify();
      assert.deepEqual(after.slice(0, 2), [size, mtimeMs]);
      assert.notEqual(after[2], before);
    });

    it('sends the packed contents when a file changes afterwards', async () => {
      const zip = await source({ paths: [folder] }).open();
      await writeFile(path.join(folder, 'a.txt'), 'other');
      const found = await unzip(await readAll(zip));
      assert.deepEqual(found.get('a.txt')?.bytes, text(900));
      await zip.verifyUnchanged();
      await zip.close();
    });
  });

  describe('edge cases', () => {
    it('rejects an empty folder', async () => {
      const empty = await folders.folder();
      await failure(() => source({ paths: [empty] }).open(), 'source.empty', { subject: empty });
    });

    it('rejects a path that does not exist', async () => {
      const missing = path.join(await folders.folder(), 'missing');
      await failure(() => source({ paths: [missing] }).open(), 'source.notFound', {
        subject: missing,
      });
    });

    it('rejects a name that Windows would interpret as a path', async function () {
      if (isWindows) {
        this.skip(); // Windows cannot create a file with such a name
      }
      for (const name of ['a\\b', 'c:d']) {
        const folder = await folders.folder({ [name]: 'x' });
        const file = path.join(folder, name);
        await failure(() => source({ paths: [folder] }).open(), 'source.badName', {
          subject: file,
        });
      }
    });

    it('rejects a name that is not UTF-8, and shows its bytes escaped', async function () {
      if (process.platform !== 'linux') {
        this.skip(); // other systems have no such names
      }
      for (const kind of ['file', 'folder', 'link']) {
        const top = await folders.folder({ a: 'a', 'deep/': null });
        const name = Buffer.concat([Buffer.from(`${top}/deep/caf`), Buffer.from([0xe9])]);
        const create = { file: () => writeFile(name, 'x'), folder: () => mkdir(name) };
        await (kind === 'link' ? symlink('a', name) : create[kind as 'file' | 'folder']());
        await failure(() => pack({ paths: [top] }), 'source.badName', {
          subject: path.join(top, 'deep', 'caf\\xE9'),
          detail: 'encoding',
        });
        const remaining = await unzip(await pack({ paths: [top], excludes: ['caf*'] }));
        assert.deepEqual([...remaining.keys()], ['a', 'deep/']);
      }
    });

    it('preserves a link target that is not UTF-8', async function () {
      if (process.platform !== 'linux') {
        this.skip(); // other systems have no such names
      }
      const top = await folders.folder();
      const target = Buffer.from([0x61, 0xe9]);
      await symlink(target, path.join(top, 'link'));
      assert.deepEqual((await unzip(await pack({ paths: [top] }))).get('link')?.bytes, target);
    });

    it('rejects a file or folder without read permission', async function () {
      if (isWindows) {
        this.skip(); // Windows has no file mode that forbids reading
      }
      for (const name of ['closed/', 'file']) {
        const folder = await folders.folder({ [name]: name === 'file' ? 'x' : null });
        const file = path.join(folder, path.basename(name));
        await chmod(folder, 0o755);
        storage = await folders.folder();
        await chmod(storage, 0o777);
        await chmod(file, 0);
        await asNobody(() =>
          failure(() => source({ paths: [folder] }).open(), 'source.notReadable', {
            subject: file,
          }),
        );
      }
    });
  });
});

async function readAll(zip: OpenZip): Promise<Buffer> {
  const whole = Buffer.alloc(zip.size);
  // An odd size, so that some reads end within headers.
  for (let position = 0; position < zip.size; position += 10_007) {
    await zip.read(whole.subarray(position, position + 10_007), position);
  }
  return whole;
}

/** Modes, contents and link targets of everything in a folder. */
async function snapshot(folder: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const file = path.join(folder, name);
    const { mode } = await lstat(file);
    const isLink = (mode & 0o170000) === 0o120000;
    const isFile = (mode & 0o170000) === 0o100000;
    const contents = isLink ? await readlink(file) : isFile ? await readFile(file, 'base64') : null;
    found[name] = [isLink ? 'link' : mode.toString(8), contents];
  }
  return found;
}

/** Runs as `nobody` if the tests run as root, who may read everything. */
async function asNobody(act: () => Promise<unknown>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) {
    process.seteuid?.(65_534);
  }
  try {
    await act();
  } finally {
    if (isRoot) {
      process.seteuid?.(0);
    }
  }
}
