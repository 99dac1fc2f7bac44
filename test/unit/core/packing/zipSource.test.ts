import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import {
  access,
  chmod,
  lstat,
  readdir,
  readFile,
  readlink,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { isAbort } from '../../../../src/core/errors/catalogue';
import type { OpenZip } from '../../../../src/core/packing/openZip';
import type { ZipRequest } from '../../../../src/core/packing/zipRequest';
import { fingerprintOf } from '../../../../src/core/transfer/edges';
import { ZipSource, type ZipSourceOptions } from '../../../../src/core/packing/zipSource';
import { Workshop, type Plan } from './trees';
import { unzip } from './unzip';
import { failure } from '../../support/coded';
import { withFileSystem } from '../../support/fileSystem';

const isWindows = process.platform === 'win32';
const noise = (bytes: number): Buffer => randomBytes(bytes);
const text = (bytes: number): Buffer => Buffer.alloc(bytes, 'public static void main\n');

const application: Plan = {
  'WEB-INF/classes/com/shop/Main.class': text(3_000),
  'WEB-INF/classes/large.properties': text(700_000),
  'WEB-INF/lib/a.jar': noise(300_000),
  'WEB-INF/lib/b.jar': noise(40),
  'WEB-INF/empty.txt': '',
  'logs/': null,
  '空 格/说明 (1).txt': '你好',
  'index.html': '<h1>Shop</h1>'.repeat(40),
};

/** SHA-256 of a small package. A change to it is a change to every package that is made twice. */
const golden = '99374b3012936b70a7d744d455900a39cbda434155c9f786f8e22083567b273c';

describe('A folder as one ZIP', () => {
  const workshop = new Workshop();
  let storage: string;

  beforeEach(async () => {
    storage = path.join(await workshop.folder(), 'storage');
  });
  afterEach(() => workshop.clear());

  function source(
    request: Partial<ZipRequest> & Pick<ZipRequest, 'paths'>,
    options: Partial<ZipSourceOptions> = {},
  ): ZipSource {
    const whole = { name: 'shop.zip', excludes: [], links: 'keep', compress: true } as const;
    return new ZipSource({ ...whole, ...request }, { folder: storage, heldBytes: 0, ...options });
  }

  async function pack(request: Partial<ZipRequest> & Pick<ZipRequest, 'paths'>): Promise<Buffer> {
    const zip = await source(request).open();
    try {
      return await wholeOf(zip);
    } finally {
      await zip.close();
    }
  }

  it('holds what the folder holds, compressed where that helps', async () => {
    const found = await unzip(await pack({ paths: [await workshop.folder(application)] }));
    const expected = Object.entries(application).filter(([, what]) => what !== null);
    for (const [name, what] of expected) {
      assert.deepEqual(found.get(name)?.bytes, Buffer.from(what as string), name);
    }
    assert.deepEqual(
      [...found].filter(([, { isDeflated }]) => isDeflated).map(([name]) => name),
      ['WEB-INF/classes/com/shop/Main.class', 'WEB-INF/classes/large.properties', 'index.html'],
    );
    assert.deepEqual([...new Set([...found.values()].map(({ isUtf8 }) => isUtf8))], [true]);
  });

  it('sorts by the bytes of the names, with an entry for each folder', async () => {
    const plan = { 'b/c': '1', 'b-c': '2', B: '3', '\u{1f600}': '4', '\uff5e': '5', 'e/f/': null };
    const found = await unzip(await pack({ paths: [await workshop.folder(plan)] }));
    assert.deepEqual(
      [...found.keys()],
      ['B', 'b-c', 'b/', 'b/c', 'e/', 'e/f/', '\uff5e', '\u{1f600}'],
    );
  });

  it('gives the same bytes on every system, in every time zone', async () => {
    const zone = process.env.TZ;
    const plan: Plan = { 'b/é.txt': 'b', 'a.txt': 'a', 'empty/': null, z: noise(0) };
    try {
      for (const TZ of ['UTC', 'Asia/Shanghai', 'America/Los_Angeles']) {
        process.env.TZ = TZ;
        const zip = await pack({ paths: [await workshop.folder(plan)], compress: false });
        assert.equal(createHash('sha256').update(zip).digest('hex'), golden, TZ);
      }
    } finally {
      if (zone === undefined) {
        delete process.env.TZ;
      } else {
        process.env.TZ = zone;
      }
    }
  });

  it('does not tell when, where and in which order the files were made', async () => {
    const first = await workshop.folder(application);
    const second = await workshop.folder(Object.fromEntries(Object.entries(application).reverse()));
    await utimes(path.join(second, 'index.html'), 1, 1);
    if (!isWindows) {
      await chmod(path.join(second, 'index.html'), 0o600);
    }
    assert.ok((await pack({ paths: [first] })).equals(await pack({ paths: [second] })));
  });

  it('keeps programs, folders and links what they are', async function () {
    if (isWindows) {
      this.skip(); // it has no executable bit, and asks for a right to make links
    }
    const plan = { 'bin/start': { run: '#!/bin/sh\n' }, 'bin/go': { to: 'start' }, readme: 'x' };
    const folder = await workshop.folder(plan);
    const modes = async (links: 'keep' | 'skip'): Promise<Record<string, string>> =>
      Object.fromEntries(
        [...(await unzip(await pack({ paths: [folder], links })))].map(
          ([name, { mode }]) => [name, mode.toString(8)] as const,
        ),
      );
    const kept = { 'bin/': '40755', 'bin/start': '100755', readme: '100644' };
    assert.deepEqual(await modes('skip'), kept);
    assert.deepEqual(await modes('keep'), { ...kept, 'bin/go': '120777' });
    assert.equal(
      (await unzip(await pack({ paths: [folder] }))).get('bin/go')?.bytes.toString(),
      'start',
    );
  });

  it('is opened by the unzip of the system', async function () {
    if (spawnSync('unzip', ['-v']).status !== 0) {
      this.skip(); // not on this machine; yauzl reads the ZIPs in the other tests
    }
    const plan = { ...application, 'bin/start': { run: '#!/bin/sh\n' }, 'bin/go': { to: 'start' } };
    const folder = await workshop.folder(plan);
    const target = await workshop.folder();
    const packed = path.join(await workshop.folder(), 'packed.zip');
    await writeFile(packed, await pack({ paths: [folder] }));
    assert.equal(spawnSync('unzip', ['-q', packed, '-d', target]).stderr.toString(), '');
    assert.deepEqual(await snapshot(target), await snapshot(folder));
  });

  it('follows no link out of the folder, and names what it left out', async function () {
    if (isWindows) {
      this.skip(); // it asks for a right to make links
    }
    const outside = await workshop.folder({ secret: 'secret' });
    const folder = await workshop.folder({ a: 'a', out: { to: outside } });
    const zip = await source({ paths: [folder], links: 'skip' }).open();
    assert.deepEqual(zip.tree.leftOut, [path.join(folder, 'out')]);
    await zip.close();
    assert.ok(!(await pack({ paths: [folder] })).includes('secret'));
  });

  it('packs several things under their names, and one thing inside another once', async () => {
    const folder = await workshop.folder({
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

  it('leaves out what the patterns say, but never what was chosen itself', async () => {
    const folder = await workshop.folder({
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
    const chosen = await pack({ paths: [path.join(folder, 'logs/a.log')], excludes });
    assert.deepEqual([...(await unzip(chosen)).keys()], ['a.log']);
  });

  it('gives any stretch at any time, to several readers', async () => {
    const zip = await source({ paths: [await workshop.folder(application)] }).open();
    const whole = await wholeOf(zip);
    const stretches = Array.from({ length: 200 }, (_, index) => {
      const start = (index * 7_919) % zip.size;
      return { start, length: 1 + ((index * 104_729) % 200_000) };
    });
    await Promise.all(
      stretches.map(async ({ start, length }) => {
        const target = Buffer.alloc(length, 0xee);
        const given = await zip.read(target, start);
        assert.equal(given, Math.min(length, zip.size - start));
        assert.ok(target.subarray(0, given).equals(whole.subarray(start, start + given)));
        assert.ok(target.subarray(given).every((byte) => byte === 0xee));
      }),
    );
    assert.equal(await zip.read(Buffer.alloc(10), zip.size), 0);
    await zip.verifyUnchanged();
    await zip.close();
  });

  it('tells how far it is, up to the last byte', async () => {
    const told: [number, number][] = [];
    const paths = [await workshop.folder(application)];
    const onPacked = (packed: number, total: number): void => void told.push([packed, total]);
    const zip = await source({ paths }, { onPacked }).open();
    await zip.close();
    const total = 3_000 + 700_000 + 300_000 + 40 + 6 + 40 * 13;
    assert.deepEqual(told.at(-1), [total, total]);
    assert.ok(told.every(([packed], index) => packed > (told[index - 1]?.[0] ?? 0)));
  });

  describe('the temporary file', () => {
    it('is not made when nothing is compressed, or little', async () => {
      const jars = await workshop.folder({ 'a.jar': noise(400_000), 'b/c.jar': noise(900) });
      await pack({ paths: [jars] });
      const paths = [await workshop.folder(application)];
      await pack({ paths, compress: false });
      const little = await source({ paths }, { heldBytes: 2_000 + 4_000 }).open();
      assert.equal((await unzip(await wholeOf(little))).size, 14);
      await little.close();
      await assert.rejects(access(storage));
    });

    it('has no name while it is used, and is never packed', async function () {
      if (isWindows) {
        this.skip(); // it keeps the name of a file that is open
      }
      const folder = await workshop.folder({
        ...application,
        'storage/packing-1-00ff.tmp': 'left by a window that crashed',
      });
      storage = path.join(folder, 'storage');
      const zip = await source({ paths: [folder] }).open();
      assert.deepEqual(await readdir(storage), ['packing-1-00ff.tmp']);
      const names = [...(await unzip(await wholeOf(zip))).keys()];
      assert.deepEqual(
        names.filter((name) => name.startsWith('storage')),
        ['storage/'],
      );
      await zip.close();
    });

    it('is gone after each end: closed, cancelled, failed', async () => {
      const folder = await workshop.folder({ ...application, 'z/last': text(600_000) });
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

    it('cannot be made: says which folder', async () => {
      const folder = await workshop.folder(application);
      storage = path.join(folder, 'index.html');
      await failure(() => source({ paths: [folder] }).open(), 'disk.notWritable', {
        subject: storage,
      });
    });
  });

  describe('a file that changes', () => {
    const jar = 'lib/a.jar';
    let folder: string;
    beforeEach(async () => {
      folder = await workshop.folder({ [jar]: noise(600_000), 'a.txt': text(900) });
      // Long ago: some file systems count time in steps of 4 ms, and two writes in one step look the same.
      await utimes(path.join(folder, jar), 1, 1);
    });

    const changes: readonly [string, (file: string) => Promise<void>][] = [
      ['is written anew', (file) => writeFile(file, noise(600_000))],
      ['grows', (file) => writeFile(file, noise(9), { flag: 'a' })],
      ['shrinks', (file) => truncate(file, 70_000)],
      ['is deleted', (file) => rm(file)],
    ];
    for (const [what, change] of changes) {
      it(`${what}: the transfer ends, naming it`, async () => {
        const zip = await source({ paths: [folder] }).open();
        const file = path.join(folder, jar);
        await change(file);
        await failure(() => wholeOf(zip), 'source.changed', { subject: file });
        await failure(() => zip.verifyUnchanged(), 'source.changed', { subject: file });
        await zip.close();
      });
    }

    it('is written anew while it is packed: it is not packed half and half', async () => {
      const file = path.join(folder, jar);
      let written: Promise<void> | undefined;
      const changing = source(
        { paths: [folder] },
        {
          onPacked: (packed) => {
            if (packed > 256 * 1024) {
              written ??= writeFile(file, noise(600_000));
            }
          },
        },
      );
      await failure(
        () =>
          changing.open().then(async (zip) => {
            await written;
            await zip.verifyUnchanged();
          }),
        'source.changed',
        { subject: file },
      );
    });

    it('is told from its former state between two windows, whatever its time, size and place', async () => {
      const plan: Record<string, string> = {};
      for (let index = 0; index < 2_500; index += 1) {
        plan[`config-file-number-${String(index).padStart(5, '0')}.properties`] = `port=${index}`;
      }
      folder = await workshop.folder(plan);
      const marked = async (): Promise<readonly [number, number, string]> => {
        const zip = await source({ paths: [folder] }).open();
        try {
          return [zip.size, zip.mtimeMs, await fingerprintOf(zip)];
        } finally {
          await zip.close();
        }
      };
      const file = path.join(folder, 'config-file-number-01000.properties');
      await utimes(file, 1, 1);
      const [size, mtimeMs, before] = await marked();
      assert.deepEqual(await marked(), [size, mtimeMs, before]);
      await writeFile(file, 'port=1001');
      await utimes(file, 1, 1);
      const after = await marked();
      assert.deepEqual(after.slice(0, 2), [size, mtimeMs]);
      assert.notEqual(after[2], before);
    });

    it('is found by a look at the stretches that hold its bytes, which is at nothing else', async () => {
      const jars = ['lib/a.jar', 'lib/b.jar', 'lib/c.jar'];
      folder = await workshop.folder(
        Object.fromEntries(jars.map((name) => [name, noise(100_000)])),
      );
      const zip = await source({ paths: [folder] }).open();
      const lookedAt = async (start?: number, length = 0): Promise<string[]> => {
        const files: string[] = [];
        await withFileSystem(
          'stat',
          (file) => {
            files.push(path.basename(String(file)));
            return Promise.resolve(undefined);
          },
          () => zip.verifyUnchanged(start === undefined ? undefined : { start, length }),
        );
        return files.sort();
      };
      assert.deepEqual(await lookedAt(), ['a.jar', 'b.jar', 'c.jar']);
      assert.deepEqual(await lookedAt(0, zip.size), ['a.jar', 'b.jar', 'c.jar']);
      assert.deepEqual(await lookedAt(50_000, 10), ['a.jar']);
      assert.deepEqual(await lookedAt(150_000, 100_000), ['b.jar', 'c.jar']);
      assert.deepEqual(await lookedAt(zip.size - 30, 30), []);
      await rm(path.join(folder, 'lib/b.jar'));
      await zip.verifyUnchanged({ start: 0, length: 100_000 });
      await failure(() => zip.verifyUnchanged({ start: 150_000, length: 1 }), 'source.changed');
      await failure(() => zip.verifyUnchanged(), 'source.changed');
      await zip.close();
    });

    it('does not matter once it is compressed: what was read goes out', async () => {
      const zip = await source({ paths: [folder] }).open();
      await writeFile(path.join(folder, 'a.txt'), 'other');
      const found = await unzip(await wholeOf(zip));
      assert.deepEqual(found.get('a.txt')?.bytes, text(900));
      await zip.verifyUnchanged();
      await zip.close();
    });
  });

  describe('what cannot be packed', () => {
    it('nothing at all', async () => {
      const empty = await workshop.folder();
      await failure(() => source({ paths: [empty] }).open(), 'source.empty', { subject: empty });
    });

    it('what is not there', async () => {
      const missing = path.join(await workshop.folder(), 'missing');
      await failure(() => source({ paths: [missing] }).open(), 'source.notFound', {
        subject: missing,
      });
    });

    it('a name that Windows would take for a path', async function () {
      if (isWindows) {
        this.skip(); // it lets nobody make a file of such a name
      }
      for (const name of ['a\\b', 'c:d']) {
        const folder = await workshop.folder({ [name]: 'x' });
        const file = path.join(folder, name);
        await failure(() => source({ paths: [folder] }).open(), 'source.badName', {
          subject: file,
        });
      }
    });

    it('a file or folder that may not be read', async function () {
      if (isWindows) {
        this.skip(); // its files have no mode that forbids reading
      }
      for (const name of ['closed/', 'file']) {
        const folder = await workshop.folder({ [name]: name === 'file' ? 'x' : null });
        const file = path.join(folder, path.basename(name));
        await chmod(folder, 0o755);
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

async function wholeOf(zip: OpenZip): Promise<Buffer> {
  const whole = Buffer.alloc(zip.size);
  // An odd size, so that reads end within headers, too.
  for (let position = 0; position < zip.size; position += 10_007) {
    await zip.read(whole.subarray(position, position + 10_007), position);
  }
  return whole;
}

/** All that a folder holds: modes, contents, and where links lead. */
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

/** The administrator may read everything, so he steps down for a moment. */
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
