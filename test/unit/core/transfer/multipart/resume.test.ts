import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CodedError } from '../../../../../src/core/errors/catalogue';
import { failure } from '../../../support/coded';
import { systemFault, withFileSystem } from '../../../support/fileSystem';
import {
  TransferFixture,
  key,
  partBytes,
  someBytes,
  sourceOfBytes,
} from '../support/transferFixture';
import { without } from '../support/without';
import { fileSource } from '../../../../../src/core/transfer/source/fileSource';
import { namesIgnoreCase } from '../../../../../src/core/util/filePaths';

const bytes = someBytes(10 * partBytes - 1);
const signal = new AbortController().signal;

describe('Resuming an interrupted upload', () => {
  let fixture: TransferFixture;
  let id: string;

  /** Cancels an upload when the server has the given number of parts, and opens another window. */
  async function interruptAfter(parts: number, source = sourceOfBytes(bytes)): Promise<void> {
    const stop = new AbortController();
    fixture.oss.script = {
      before: async ({ operation }, nth) => {
        if (operation === 'part' && nth > parts) {
          // Other parts may still be in flight.
          do {
            await setImmediate();
          } while (onlyUpload().size < parts);
          stop.abort();
          throw new DOMException('aborted', 'AbortError');
        }
      },
    };
    const uploading = fixture.upload(source, { signal: stop.signal });
    await assert.rejects(uploading, { name: 'AbortError' });
    fixture.oss.script = {};
    id = fixture.transfer.id;
    assert.equal(fixture.transfer.state, 'interrupted');
    await reopen();
  }

  async function reopen(): Promise<void> {
    await fixture.manager.stop();
    await fixture.open();
    await fixture.manager.loadStored();
  }

  const checkpointFile = (): string => path.join(fixture.folder, `${id}.checkpoint.json`);
  const resume = (source = sourceOfBytes(bytes)) => fixture.manager.resume(id, { signal, source });
  /** The files in the storage folder, without the history. */
  const storedFiles = async (): Promise<string[]> => {
    await fixture.manager.stop();
    return (await readdir(fixture.folder)).filter((name) => !name.includes('.finished.json'));
  };
  const onlyUpload = (): Map<number, Buffer> => [...fixture.oss.uploads.values()][0]!;

  beforeEach(async () => {
    fixture = await new TransferFixture().open();
  });
  afterEach(() => fixture.close());

  it('lists the upload after a restart, with its acknowledged bytes', async () => {
    await interruptAfter(4);
    assert.deepEqual(without(fixture.transfer, 'since'), {
      id,
      key,
      accountId: 'account',
      state: 'interrupted',
      sourceUri: 'memfs:/a.jar',
      name: 'a.jar',
      size: bytes.length,
      acknowledgedBytes: 4000,
    });
    assert.deepEqual(await fixture.manager.refreshInterrupted(), [fixture.transfer]);
  });

  it('uploads only the missing parts, and removes its files', async () => {
    await interruptAfter(4);
    const sent = fixture.oss.count('part');
    const result = await resume();
    assert.equal(result.verified, true);
    assert.equal(result.restartReason, undefined);
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('part') - sent, 6);
    assert.equal(fixture.oss.count('initiate'), 1);
    assert.equal(fixture.transfer.state, 'done');
    assert.deepEqual(await storedFiles(), []);
  });

  it('resumes when the same source is uploaded again', async () => {
    await interruptAfter(7);
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.oss.count('initiate'), 1);
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('resumes, once at a time, when the path of the same file is written differently', async function () {
    if (!namesIgnoreCase()) {
      this.skip(); // on a case-sensitive file system these are different files
    }
    const file = path.join(fixture.folder, '..', `${path.basename(fixture.folder)}.jar`);
    await writeFile(file, bytes);
    try {
      await interruptAfter(7, fileSource(file));
      const prefix = process.platform === 'win32' ? '\\\\?\\' : '';
      const uploading = fixture.upload(fileSource(prefix + file.toUpperCase()));
      await failure(() => fixture.upload(fileSource(file)), 'transfer.busy');
      await uploading;
      assert.equal(fixture.oss.count('initiate'), 1);
      assert.ok(fixture.stored?.equals(bytes));
    } finally {
      await rm(file);
    }
  });

  it('reuses only parts on the server with the right number, size and CRC-64', async () => {
    await interruptAfter(8);
    const upload = onlyUpload();
    upload.delete(2);
    upload.set(3, Buffer.from('short'));
    upload.set(5, someBytes(1000).reverse());
    upload.set(11, someBytes(1000));
    const sent = fixture.oss.count('part');
    await resume();
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('part') - sent, 5);
  });

  it('reuses parts on the server that are missing from the checkpoint', async () => {
    await interruptAfter(6);
    const text = await readFile(checkpointFile(), 'utf8');
    const checkpoint = JSON.parse(text) as { parts: unknown[] };
    await writeFile(
      checkpointFile(),
      JSON.stringify({ ...checkpoint, parts: checkpoint.parts.slice(0, 1) }),
    );
    const sent = fixture.oss.count('part');
    await resume();
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('part') - sent, 4);
  });

  it('does not reuse parts that overlap, or that end between two part boundaries', async () => {
    await interruptAfter(3);
    const upload = onlyUpload();
    upload.set(5, bytes.subarray(4000, 7000));
    upload.set(6, bytes.subarray(5000, 6000));
    upload.set(9, bytes.subarray(8000, 9500));
    const sent = fixture.oss.count('part');
    await resume();
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('part') - sent, 4);
  });

  it('relies on the checkpoint when ListParts is denied', async () => {
    await interruptAfter(6);
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'list') {
          throw new CodedError('oss.accessDenied');
        }
      },
    };
    const sent = fixture.oss.count('part');
    await resume();
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('part') - sent, 4);
  });

  it('restarts and reports it when ListParts is denied and the upload ID is gone', async () => {
    await interruptAfter(6);
    fixture.oss.uploads.clear();
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'list') {
          throw new CodedError('oss.accessDenied');
        }
      },
    };
    assert.equal((await resume()).restartReason, 'uploadGone');
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('restarts and reports it when the upload ID is gone', async () => {
    await interruptAfter(6);
    fixture.oss.uploads.clear();
    assert.equal((await resume()).restartReason, 'uploadGone');
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('initiate'), 2);
  });

  it('sends no part when the upload was already completed', async () => {
    await interruptAfter(6);
    fixture.oss.uploads.clear();
    fixture.oss.objects.set(key, bytes);
    const sent = fixture.oss.count('part');
    const result = await resume();
    assert.equal(result.verified, true);
    assert.equal(fixture.oss.count('part'), sent);
    assert.deepEqual(await storedFiles(), []);
  });

  it('sends no part when the upload was already completed and ListParts is denied', async () => {
    await interruptAfter(6);
    fixture.oss.uploads.clear();
    fixture.oss.objects.set(key, bytes);
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'list') {
          throw new CodedError('oss.accessDenied');
        }
      },
    };
    const sent = fixture.oss.count('part');
    assert.equal((await resume()).verified, true);
    assert.equal(fixture.oss.count('part'), sent);
    assert.deepEqual(await storedFiles(), []);
  });

  it('sends no part when the key exists by then, and can resume with overwrite', async () => {
    await interruptAfter(6);
    fixture.oss.objects.set(key, Buffer.from('theirs'));
    const sent = fixture.oss.count('part');
    await failure(resume, 'oss.objectExists', { subject: key });
    assert.equal(fixture.oss.count('part'), sent);
    assert.equal(fixture.transfer.state, 'interrupted');
    await fixture.manager.resume(id, { signal, source: sourceOfBytes(bytes), overwrite: true });
    assert.deepEqual(fixture.stored, bytes);
    assert.equal(fixture.oss.count('part') - sent, 4);
  });

  for (const [property, source] of [
    ['modification time', sourceOfBytes(bytes, 1)],
    ['size', sourceOfBytes(someBytes(10_001))],
    ['contents', sourceOfBytes(Buffer.from(bytes).fill(0xff, 0, 1))],
  ] as const) {
    it(`fails and aborts the multipart upload when the ${property} of the source changed`, async () => {
      await interruptAfter(6);
      await failure(() => resume(source), 'source.changed');
      assert.equal(fixture.oss.uploads.size, 0);
      assert.equal(fixture.stored, undefined);
      assert.deepEqual(await fixture.manager.refreshInterrupted(), []);
    });
  }

  it('starts a new upload of a changed source, and aborts the old multipart upload', async () => {
    await interruptAfter(6);
    const other = someBytes(5000);
    assert.equal((await fixture.upload(sourceOfBytes(other))).restartReason, 'sourceChanged');
    assert.ok(fixture.stored?.equals(other));
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('uploads a source that became small, and aborts the old multipart upload', async () => {
    await interruptAfter(6);
    const small = someBytes(500);
    await fixture.upload(sourceOfBytes(small));
    assert.ok(fixture.stored?.equals(small));
    assert.equal(fixture.oss.uploads.size, 0);
    assert.deepEqual(await fixture.manager.refreshInterrupted(), []);
  });

  it('fails when the credential points to another bucket, and preserves the parts', async () => {
    await interruptAfter(6);
    fixture.credential = { ...fixture.credential, bucket: 'elsewhere' };
    await failure(resume, 'transfer.locationChanged');
    assert.equal(fixture.transfer.state, 'interrupted');
    await failure(() => fixture.manager.discard(id, signal), 'transfer.locationChanged');
    assert.equal(onlyUpload().size, 6);
  });

  const renumber = (text: string, from: string, to: string): string =>
    text.replace(`"partNumber":${from},`, `"partNumber":${to},`);
  for (const [defect, change] of [
    ['has another version', (text: string) => text.replace('"version":3', '"version":1')],
    ['is truncated', (text: string) => text.slice(0, -20)],
    ['is empty', () => ''],
    ['has a part beyond the last', (text: string) => renumber(text, '1', '99')],
    ['has a part twice', (text: string) => renumber(text, '2', '1')],
    ['has an invalid part number', (text: string) => renumber(text, '1', '"1"')],
  ] as const) {
    it(`discards a checkpoint that ${defect}, and reports the restart`, async () => {
      await interruptAfter(4);
      await writeFile(checkpointFile(), change(await readFile(checkpointFile(), 'utf8')));
      assert.equal(
        (await fixture.upload(sourceOfBytes(bytes))).restartReason,
        'checkpointUnreadable',
      );
      assert.ok(fixture.stored?.equals(bytes));
      await writeFile(checkpointFile(), '{}');
      await reopen();
      assert.deepEqual(await fixture.manager.refreshInterrupted(), []);
      assert.deepEqual(await storedFiles(), []);
    });
  }

  for (const [name, value, left] of [
    ['same key', 'prefix/a.jar', 0],
    ['another key', 'prefix/b.jar', 1],
  ] as const) {
    it(`aborts the multipart upload of an invalid checkpoint only if it is of the same key: ${name}`, async () => {
      await interruptAfter(4);
      const text = await readFile(checkpointFile(), 'utf8');
      const changed = text.replace('"version":3', '"version":4').replace(key, value);
      await writeFile(checkpointFile(), changed);
      await fixture.upload(sourceOfBytes(bytes));
      assert.equal(fixture.oss.uploads.size, left);
      assert.deepEqual(await storedFiles(), []);
    });
  }

  it('neither restarts nor loses parts when the checkpoint is temporarily unreadable', async () => {
    await interruptAfter(4);
    const sent = fixture.oss.count('part');
    await withFileSystem(
      'readFile',
      (file) => (file === checkpointFile() ? systemFault('EMFILE') : Promise.resolve(undefined)),
      async () => {
        const expected = { subject: checkpointFile() };
        await failure(() => fixture.upload(sourceOfBytes(bytes)), 'source.notReadable', expected);
        await failure(resume, 'source.notReadable', expected);
        await failure(() => fixture.manager.discard(id, signal), 'source.notReadable', expected);
        await reopen();
        assert.deepEqual(await fixture.manager.refreshInterrupted(), []);
      },
    );
    assert.equal((await fixture.manager.refreshInterrupted()).length, 1);
    assert.equal(onlyUpload().size, 4);
    assert.equal((await resume()).restartReason, undefined);
    assert.equal(fixture.oss.count('part') - sent, 6);
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('repeats the abort on discard until no part is left', async () => {
    await interruptAfter(4);
    const upload = onlyUpload();
    const abort = fixture.oss.abortMultipartUpload.bind(fixture.oss);
    fixture.oss.abortMultipartUpload = async (target, request) => {
      await abort(target, request);
      if (fixture.oss.count('abort') < 3) {
        // A part that was in flight arrives after the abort.
        fixture.oss.uploads.set(request.uploadId, new Map([[1, upload.get(1)!]]));
      }
    };
    await fixture.manager.discard(id, signal);
    assert.equal(fixture.oss.uploads.size, 0);
    assert.equal(fixture.oss.count('abort'), 3);
    assert.deepEqual(fixture.manager.transfers, []);
    assert.deepEqual(await fixture.manager.refreshInterrupted(), []);
  });

  it('remains listed when the abort is denied, and can be removed from the list', async () => {
    await interruptAfter(4);
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'abort') {
          throw new CodedError('oss.accessDenied');
        }
      },
    };
    await failure(() => fixture.manager.discard(id, signal), 'oss.accessDenied');
    assert.equal(fixture.transfer.state, 'interrupted');
    await fixture.manager.removeFromList(id);
    assert.deepEqual(await fixture.manager.refreshInterrupted(), []);
  });

  it('rejects resuming and discarding while another window runs the upload', async () => {
    await interruptAfter(4);
    const other = new TransferFixture();
    other.folder = fixture.folder;
    await other.open();
    const release: (() => void)[] = [];
    other.oss.uploads.set('upload1', onlyUpload());
    other.oss.script = {
      before: ({ operation }) =>
        operation === 'part' ? new Promise((resolve) => release.push(resolve)) : undefined,
    };
    const otherResume = other.manager.resume(id, { signal, source: sourceOfBytes(bytes) });
    while (release.length < 4) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(await fixture.manager.refreshInterrupted(), []);
    assert.equal(fixture.transfer.state, 'otherWindow');
    await fixture.manager.stop();
    await fixture.open({ lock: { heartbeatMs: 150 } });
    await failure(resume, 'transfer.busy', { subject: 'a.jar' });
    await failure(() => fixture.manager.discard(id, signal), 'transfer.busy');
    other.oss.script = {};
    const cancelled = other.manager.cancel(id);
    release.forEach((proceed) => proceed());
    await assert.rejects(otherResume, { name: 'AbortError' });
    await cancelled;
    await other.manager.stop();
    await resume();
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('stores no secret in the checkpoint, which only its owner can read', async () => {
    await interruptAfter(4);
    const text = await readFile(checkpointFile(), 'utf8');
    const { securityToken, accessKeySecret, accessKeyId } = fixture.credential;
    for (const secret of [securityToken.reveal(), accessKeySecret.reveal(), accessKeyId]) {
      assert.ok(!text.includes(secret));
    }
    const { mode } = await stat(checkpointFile());
    if (process.platform !== 'win32') {
      assert.equal(mode & 0o777, 0o600);
    }
  });

  it('fails when the transfer no longer exists', async () => {
    await failure(
      () => fixture.manager.resume('0'.repeat(32), { signal, source: sourceOfBytes(bytes) }),
      'transfer.gone',
    );
  });
});
