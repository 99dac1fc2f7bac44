import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { silentLog } from '../../../../../src/core/util/log';
import { writeFileAtomic } from '../../../../../src/core/util/atomicFile';
import {
  acknowledgedBytes,
  formatCheckpoint,
  parseCheckpoint,
  transferId,
  type Checkpoint,
} from '../../../../../src/core/transfer/storage/checkpoint';
import { failure } from '../../../support/coded';
import { systemFault, withFileSystem } from '../../../support/fileSystem';
import { without } from '../support/without';
import type { Delta } from '../../../../../src/core/transfer/delta/plan';
import { CheckpointWriter } from '../../../../../src/core/transfer/storage/checkpointWriter';
import { CheckpointStore } from '../../../../../src/core/transfer/storage/checkpointStore';

const checkpoint: Checkpoint = {
  accountId: 'a',
  bucket: 'b',
  keyPrefix: 'p',
  key: 'p/k.jar',
  overwrite: false,
  contentType: 'application/java-archive',
  source: { uri: 'file:///k.jar', name: 'k.jar', size: 2500, mtimeMs: 1.5, fingerprint: 'abc' },
  unitBytes: 1000,
  uploadId: 'U',
  startedAt: 7,
  parts: [
    { partNumber: 3, etag: 'E3', length: 500, crc64: 2n ** 64n - 1n },
    { partNumber: 1, etag: 'E1', length: 1000, crc64: 0n },
  ],
};

describe('Checkpoint', () => {
  it('is unchanged after formatting and parsing', () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 9 }),
      fc.constantFrom('空 格', '\u0000', '"\\', '\u{1F4E6}', '\ud800'),
    );
    const checkpoints = fc.record(
      {
        accountId: text,
        bucket: text,
        keyPrefix: text,
        key: text,
        uploadId: text,
        contentType: text,
        overwrite: fc.boolean(),
        unitBytes: fc.constant(1000),
        source: fc.record(
          {
            uri: text,
            name: text,
            fingerprint: text,
            size: fc.constant(Number.MAX_SAFE_INTEGER),
            mtimeMs: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
          },
          { noNullPrototype: true },
        ),
        startedAt: fc.nat(),
        parts: fc.uniqueArray(
          fc.record(
            {
              partNumber: fc.integer({ min: 1, max: 10_000 }),
              etag: text,
              length: fc.constant(1000),
              crc64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
            },
            { noNullPrototype: true },
          ),
          { selector: ({ partNumber }) => partNumber, maxLength: 5 },
        ),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(checkpoints, (each) => {
        const parsed = parseCheckpoint(formatCheckpoint(each));
        assert.deepEqual(without({ ...parsed, version: 3 }, 'version'), each);
      }),
    );
  });

  it('is not parsed when a field is missing or has the wrong type', () => {
    const valid = JSON.parse(formatCheckpoint(checkpoint)) as Record<string, unknown>;
    const source = valid.source as Record<string, unknown>;
    for (const name of Object.keys(valid)) {
      for (const value of [undefined, null, {}, -1, 1e300]) {
        const text = JSON.stringify({ ...valid, [name]: value });
        assert.equal(parseCheckpoint(text), undefined, name);
      }
    }
    for (const name of Object.keys(source)) {
      const text = JSON.stringify({ ...valid, source: { ...source, [name]: null } });
      assert.equal(parseCheckpoint(text), undefined, name);
    }
    for (const text of ['', 'null', '[]', '{}', '7', '"x"']) {
      assert.equal(parseCheckpoint(text), undefined);
    }
  });

  describe('of a delta upload', () => {
    const delta: Delta = {
      base: { key: 'p/old.jar', etag: 'E' },
      crc64: 2n ** 64n - 1n,
      parts: [
        { start: 0, length: 1500, copyFrom: 300 },
        { start: 1500, length: 400 },
        { start: 1900, length: 600, copyFrom: 0 },
      ],
    };
    const deltaCheckpoint: Checkpoint = {
      ...checkpoint,
      delta,
      parts: [
        { partNumber: 1, etag: 'E1', length: 1500 },
        { partNumber: 3, etag: 'E3', length: 600, crc64: 7n },
      ],
    };

    it('is unchanged after formatting and parsing, with copied parts that have no CRC-64', () => {
      const parsed = parseCheckpoint(formatCheckpoint(deltaCheckpoint));
      assert.ok(parsed);
      assert.deepEqual(without({ ...parsed, version: 3 }, 'version'), deltaCheckpoint);
      assert.equal(acknowledgedBytes(parsed), 2100);
    });

    for (const [defect, change] of [
      ['with a gap', { parts: delta.parts.toSpliced(1, 1) }],
      ['with the wrong total length', { parts: delta.parts.slice(0, 2) }],
      ['without parts', { parts: undefined }],
      ['with an empty part', { parts: [{ start: 0, length: 0 }, ...delta.parts] }],
      ['with a negative copy offset', { parts: [{ ...delta.parts[0], copyFrom: -1 }] }],
      ['without a CRC-64', { crc64: null }],
      ['with a base outside the package prefix', { base: { key: 'x/old.jar', etag: 'E' } }],
      ['with a base without an ETag', { base: { key: 'p/old.jar', etag: '' } }],
    ] as const) {
      it(`is not parsed ${defect}`, () => {
        const stored = JSON.parse(formatCheckpoint(deltaCheckpoint)) as { delta: object };
        const text = JSON.stringify({ ...stored, delta: { ...stored.delta, ...change } });
        assert.equal(parseCheckpoint(text), undefined);
      });
    }
  });

  const part = { partNumber: 1, etag: 'E', length: 1000, crc64: '0' };
  for (const [defect, parts] of [
    [
      'overlap',
      [
        { ...part, length: 2000 },
        { ...part, partNumber: 2 },
      ],
    ],
    ['end between two part boundaries', [{ ...part, length: 1500 }]],
    ['extend beyond the source', [{ ...part, partNumber: 3 }]],
    ['have the length 0', [{ ...part, length: 0 }]],
    ['have no length', [{ ...part, length: undefined }]],
    ['have the number 0', [{ ...part, partNumber: 0 }]],
    ['have an invalid CRC-64', [{ ...part, crc64: 'x' }]],
  ] as const) {
    it(`is not parsed when its parts ${defect}`, () => {
      const stored = JSON.parse(formatCheckpoint(checkpoint)) as object;
      assert.equal(parseCheckpoint(JSON.stringify({ ...stored, parts })), undefined);
    });
  }

  it('counts acknowledged bytes, including a short last part', () => {
    assert.equal(acknowledgedBytes(checkpoint), 1500);
  });

  it('has an unambiguous ID from account, key and source', () => {
    const ids = [
      transferId('a', 'b', 'c'),
      transferId('ab', '', 'c'),
      transferId('a', 'bc', ''),
      transferId('a', 'b', 'd'),
    ];
    assert.equal(new Set(ids).size, 4);
    assert.ok(ids.every((id) => /^[0-9a-f]{32}$/.test(id)));
  });

  describe('on disk', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'checkpoint-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('is written atomically and for its owner only, without leaving a temporary file', async () => {
      const file = path.join(folder, 'f');
      const texts = ['a'.repeat(100_000), 'b'.repeat(200_000)];
      const written = new AbortController();
      const reading = (async () => {
        while (!written.signal.aborted) {
          const text = await readFile(file, 'utf8').catch(() => texts[0]!);
          assert.ok(texts.includes(text));
          // Another window also pauses between reads; on Windows a file that is always open cannot be replaced.
          await sleep(Math.random() * 50);
        }
      })();
      try {
        for (let round = 0; round < 20; round++) {
          await writeFileAtomic(file, texts[round % 2]!);
        }
      } finally {
        written.abort();
      }
      await reading;
      assert.deepEqual(await readdir(folder), ['f']);
      if (process.platform !== 'win32') {
        assert.equal((await stat(file)).mode & 0o777, 0o600);
      }
    });

    it('leaves no temporary file when it cannot be written', async () => {
      await mkdir(path.join(folder, 'f', 'not-empty'), { recursive: true });
      await assert.rejects(writeFileAtomic(path.join(folder, 'f'), 'text'));
      assert.deepEqual(await readdir(folder), ['f']);
    });

    it('contains all acknowledged parts, however fast they are added', async () => {
      const store = new CheckpointStore(folder);
      const writer = new CheckpointWriter(store, 'id', silentLog);
      const many = { ...checkpoint, source: { ...checkpoint.source, size: 1_000_000 } };
      await writer.begin({ ...many, parts: [] });
      for (let partNumber = 1; partNumber <= 500; partNumber++) {
        writer.add({ partNumber, etag: `E${partNumber}`, length: 1000, crc64: BigInt(partNumber) });
        if (partNumber % 100 === 0) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      await writer.flush();
      const read = await store.read('id');
      assert.ok(read !== 'unreadable' && read?.parts.length === 500);
      assert.deepEqual(await store.ids(), ['id']);
      await writer.remove();
      assert.equal(await store.read('id'), undefined);
      writer.add({ partNumber: 1, etag: 'late', length: 1000, crc64: 0n });
      await writer.flush();
      assert.deepEqual(await readdir(folder), []);
      await writer.begin({ ...many, parts: [] });
      assert.deepEqual(await store.ids(), ['id']);
    });

    for (const code of ['EMFILE', 'EIO', 'EBUSY', 'EPERM', 'EISDIR']) {
      it(`is not treated as invalid when reading it fails with ${code}`, async () => {
        const store = new CheckpointStore(folder);
        await store.write('id', checkpoint);
        await withFileSystem(
          'readFile',
          () => systemFault(code),
          () =>
            failure(
              () => store.read('id'),
              code === 'EBUSY' ? 'source.inUse' : 'source.notReadable',
              {
                subject: path.join(folder, 'id.checkpoint.json'),
                detail: code,
              },
            ),
        );
        const read = await store.read('id');
        assert.ok(read !== 'unreadable' && read?.uploadId === 'U');
      });
    }

    it('is read after another program has released it', async () => {
      const store = new CheckpointStore(folder);
      await store.write('id', checkpoint);
      let tries = 0;
      const read = await withFileSystem(
        'readFile',
        () => (++tries < 3 ? systemFault('EBUSY') : Promise.resolve(undefined)),
        () => store.read('id'),
      );
      assert.ok(read !== 'unreadable' && read?.uploadId === 'U');
    });

    it('is unreadable when its contents are invalid, and undefined when there is no file', async () => {
      const store = new CheckpointStore(folder);
      await writeFile(path.join(folder, 'id.checkpoint.json'), '{}');
      assert.equal(await store.read('id'), 'unreadable');
      assert.equal(await store.read('other'), undefined);
      const invalidFolderStore = new CheckpointStore(path.join(folder, 'id.checkpoint.json'));
      assert.equal(await invalidFolderStore.read('id'), undefined);
    });

    it('exists as soon as it is written', async () => {
      const store = new CheckpointStore(folder);
      assert.ok(!(await store.has('id')));
      await store.write('id', checkpoint);
      assert.ok(await store.has('id'));
    });

    it('is treated as missing when its existence cannot be checked', async () => {
      const store = new CheckpointStore(folder);
      await store.write('id', checkpoint);
      await withFileSystem(
        'access',
        () => systemFault('EMFILE'),
        async () => assert.ok(!(await store.has('id'))),
      );
    });
  });
});
