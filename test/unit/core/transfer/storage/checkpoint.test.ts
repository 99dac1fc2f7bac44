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
  ...{ accountId: 'a', bucket: 'b', keyPrefix: 'p', key: 'p/k.jar', overwrite: false },
  contentType: 'application/java-archive',
  source: { uri: 'file:///k.jar', name: 'k.jar', size: 2500, mtimeMs: 1.5, fingerprint: 'abc' },
  ...{ unitBytes: 1000, uploadId: 'U', startedAt: 7 },
  parts: [
    { partNumber: 3, etag: 'E3', length: 500, crc64: 2n ** 64n - 1n },
    { partNumber: 1, etag: 'E1', length: 1000, crc64: 0n },
  ],
};

describe('A checkpoint', () => {
  it('comes back from its text as it was', () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 9 }),
      fc.constantFrom('空 格', '\u0000', '"\\', '\u{1F4E6}', '\ud800'),
    );
    const any = fc.record(
      {
        ...{ accountId: text, bucket: text, keyPrefix: text, key: text, uploadId: text },
        ...{ contentType: text, overwrite: fc.boolean(), unitBytes: fc.constant(1000) },
        source: fc.record(
          {
            ...{ uri: text, name: text, fingerprint: text },
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
      fc.property(any, (each) => {
        const parsed = parseCheckpoint(formatCheckpoint(each));
        assert.deepEqual(without({ ...parsed, version: 3 }, 'version'), each);
      }),
    );
  });

  it('is nothing when any of it is missing or of another kind', () => {
    const whole = JSON.parse(formatCheckpoint(checkpoint)) as Record<string, unknown>;
    const source = whole.source as Record<string, unknown>;
    for (const name of Object.keys(whole)) {
      for (const value of [undefined, null, {}, -1, 1e300]) {
        const text = JSON.stringify({ ...whole, [name]: value });
        assert.equal(parseCheckpoint(text), undefined, name);
      }
    }
    for (const name of Object.keys(source)) {
      const text = JSON.stringify({ ...whole, source: { ...source, [name]: null } });
      assert.equal(parseCheckpoint(text), undefined, name);
    }
    for (const text of ['', 'null', '[]', '{}', '7', '"x"']) {
      assert.equal(parseCheckpoint(text), undefined);
    }
  });

  describe('of a delta', () => {
    const delta: Delta = {
      base: { key: 'p/old.jar', etag: 'E' },
      crc64: 2n ** 64n - 1n,
      parts: [
        { start: 0, length: 1500, copyFrom: 300 },
        { start: 1500, length: 400 },
        { start: 1900, length: 600, copyFrom: 0 },
      ],
    };
    const whole: Checkpoint = {
      ...checkpoint,
      delta,
      parts: [
        { partNumber: 1, etag: 'E1', length: 1500 },
        { partNumber: 3, etag: 'E3', length: 600, crc64: 7n },
      ],
    };

    it('comes back from its text, copied parts without a CRC-64', () => {
      const parsed = parseCheckpoint(formatCheckpoint(whole));
      assert.ok(parsed);
      assert.deepEqual(without({ ...parsed, version: 3 }, 'version'), whole);
      assert.equal(acknowledgedBytes(parsed), 2100);
    });

    for (const [what, change] of [
      ['with a gap', { parts: delta.parts.toSpliced(1, 1) }],
      ['of another length', { parts: delta.parts.slice(0, 2) }],
      ['without parts', { parts: undefined }],
      ['with a part of no length', { parts: [{ start: 0, length: 0 }, ...delta.parts] }],
      ['with a copy from nowhere', { parts: [{ ...delta.parts[0], copyFrom: -1 }] }],
      ['without a CRC-64', { crc64: null }],
      ['of a base outside the package prefix', { base: { key: 'x/old.jar', etag: 'E' } }],
      ['of a base without an ETag', { base: { key: 'p/old.jar', etag: '' } }],
    ] as const) {
      it(`is nothing ${what}`, () => {
        const stored = JSON.parse(formatCheckpoint(whole)) as { delta: object };
        const text = JSON.stringify({ ...stored, delta: { ...stored.delta, ...change } });
        assert.equal(parseCheckpoint(text), undefined);
      });
    }
  });

  const part = { partNumber: 1, etag: 'E', length: 1000, crc64: '0' };
  for (const [what, parts] of [
    [
      'overlap',
      [
        { ...part, length: 2000 },
        { ...part, partNumber: 2 },
      ],
    ],
    ['leave a gap that no part fits', [{ ...part, length: 1500 }]],
    ['go beyond the source', [{ ...part, partNumber: 3 }]],
    ['have no length', [{ ...part, length: 0 }]],
    ['do not say their length', [{ ...part, length: undefined }]],
    ['have no number', [{ ...part, partNumber: 0 }]],
    ['have a CRC-64 that is no number', [{ ...part, crc64: 'x' }]],
  ] as const) {
    it(`is nothing when its parts ${what}`, () => {
      const stored = JSON.parse(formatCheckpoint(checkpoint)) as object;
      assert.equal(parseCheckpoint(JSON.stringify({ ...stored, parts })), undefined);
    });
  }

  it('knows what has arrived, the short last part too', () => {
    assert.equal(acknowledgedBytes(checkpoint), 1500);
  });

  it('is named by account, key and source, and by nothing that could be mixed up', () => {
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

    it('is whole at every moment, its owner’s alone, and leaves no draft', async () => {
      const file = path.join(folder, 'f');
      const texts = ['a'.repeat(100_000), 'b'.repeat(200_000)];
      const written = new AbortController();
      const reading = (async () => {
        while (!written.signal.aborted) {
          const text = await readFile(file, 'utf8').catch(() => texts[0]!);
          assert.ok(texts.includes(text));
          // As another window does: on Windows a file that is always open cannot be replaced.
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

    it('leaves no draft when it cannot be written', async () => {
      await mkdir(path.join(folder, 'f', 'full'), { recursive: true });
      await assert.rejects(writeFileAtomic(path.join(folder, 'f'), 'text'));
      assert.deepEqual(await readdir(folder), ['f']);
    });

    it('holds all parts that have arrived, however fast they come', async () => {
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
      it(`that cannot be read now (${code}) is not taken for one that means nothing`, async () => {
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

    it('is waited for while another program holds it', async () => {
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

    it('is unreadable when it was read and means nothing, and none where there is no file', async () => {
      const store = new CheckpointStore(folder);
      await writeFile(path.join(folder, 'id.checkpoint.json'), '{}');
      assert.equal(await store.read('id'), 'unreadable');
      assert.equal(await store.read('other'), undefined);
      const below = new CheckpointStore(path.join(folder, 'id.checkpoint.json'));
      assert.equal(await below.read('id'), undefined);
    });

    it('is found as soon as it is written', async () => {
      const store = new CheckpointStore(folder);
      assert.ok(!(await store.has('id')));
      await store.write('id', checkpoint);
      assert.ok(await store.has('id'));
    });

    it('fails no upload when it cannot be found out whether there is one', async () => {
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
