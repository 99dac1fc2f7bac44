import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError, type ErrorCode } from '../../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../../src/core/util/log';
import { TransferManager } from '../../../../../src/core/transfer/manager';
import { failure } from '../../../support/coded';
import {
  TransferFixture,
  key,
  partBytes,
  someBytes,
  sourceOfBytes,
} from '../support/transferFixture';
import type { Operation, Script } from '../support/fakeOss';
import { without } from '../support/without';

const bytes = someBytes(10 * partBytes - 1);

function fail(
  operation: Operation,
  code: ErrorCode,
  { times = 1, when = 'before' }: { times?: number; when?: 'before' | 'after' } = {},
): Script {
  return {
    [when]: (call: { operation: Operation }, nth: number) => {
      if (call.operation === operation && nth <= times) {
        throw new CodedError(code);
      }
    },
  };
}

describe('Multipart upload', () => {
  let fixture: TransferFixture;
  beforeEach(async () => {
    fixture = await new TransferFixture().open();
  });
  afterEach(() => fixture.close());

  /** The files in the storage folder, without the history, which is written later. */
  const storedFiles = async (): Promise<string[]> =>
    (await readdir(fixture.folder)).filter((name) => !name.includes('.finished.json'));

  for (const size of [1001, 1999, 2000, 2001, 9999, 10_000]) {
    it(`uploads and verifies ${size} bytes in parts of 1000`, async () => {
      const source = someBytes(size);
      const result = await fixture.upload(sourceOfBytes(source));
      assert.ok(fixture.stored?.equals(source));
      assert.equal(result.verified, true);
      assert.equal(result.size, size);
      assert.equal(fixture.oss.count('part'), Math.ceil(size / 1000));
      assert.equal(fixture.oss.uploads.size, 0);
      assert.deepEqual(await storedFiles(), []);
    });
  }

  it('forbids overwriting on initiation and completion, and sends the content type', async () => {
    await fixture.upload(sourceOfBytes(bytes));
    const callOf = (operation: Operation) =>
      fixture.oss.calls.find((call) => call.operation === operation);
    assert.equal(callOf('initiate')?.forbidOverwrite, true);
    assert.equal(callOf('initiate')?.contentType, 'application/java-archive');
    assert.equal(callOf('complete')?.forbidOverwrite, true);
  });

  it('limits parallel parts to the setting, which must be 1 to 16 and defaults to 16', async () => {
    for (const [parallelParts, expected] of [
      [Number.NaN, 16],
      [6, 6],
      [2, 2],
      [99, 16],
      [0, 1],
    ] as const) {
      let inFlight = 0;
      let maxInFlight = 0;
      const parallelFixture = await new TransferFixture().open({
        settings: () => ({ partSize: 8, parallelParts }),
      });
      const initiate = parallelFixture.oss.initiateMultipartUpload.bind(parallelFixture.oss);
      parallelFixture.oss.initiateMultipartUpload = (...request) => {
        // A high latency, so that all parts start at once.
        parallelFixture.timing.time += 1000;
        return initiate(...request);
      };
      parallelFixture.oss.script = {
        before: async ({ operation }) => {
          if (operation === 'part') {
            inFlight += 1;
            maxInFlight = Math.max(maxInFlight, inFlight);
            await new Promise((resolve) => setTimeout(resolve, 2));
            inFlight -= 1;
          }
        },
      };
      await parallelFixture.upload(sourceOfBytes(someBytes(20 * partBytes)));
      assert.equal(maxInFlight, expected);
      await parallelFixture.close();
    }
  });

  it('rejects an existing key before any part is sent, and replaces it with overwrite', async () => {
    fixture.oss.objects.set(key, Buffer.from('old'));
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.oss.count('part'), 0);
    assert.equal(fixture.oss.uploads.size, 0);
    await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('rejects an existing key before any part is sent, also in a versioned bucket', async () => {
    fixture.oss.objects.set(key, Buffer.from('old'));
    const initiate = fixture.oss.initiateMultipartUpload.bind(fixture.oss);
    fixture.oss.initiateMultipartUpload = (target, request) =>
      initiate(target, { ...request, forbidOverwrite: false });
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.oss.count('part'), 0);
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('preserves the parts when the key is created meanwhile, and can still overwrite it', async () => {
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'complete' && fixture.oss.count('complete') === 1) {
          fixture.oss.objects.set(key, Buffer.from('theirs'));
        }
      },
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.stored?.toString(), 'theirs');
    assert.equal(fixture.transfer.state, 'interrupted');
    await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
    assert.deepEqual(fixture.stored, bytes);
    assert.equal(fixture.oss.count('part'), 10);
  });

  describe('in a bucket that may keep versions, where the server overwrites', () => {
    beforeEach(() => {
      const { oss } = fixture;
      const initiate = oss.initiateMultipartUpload.bind(oss);
      const complete = oss.completeMultipartUpload.bind(oss);
      oss.initiateMultipartUpload = (target, request) =>
        initiate(target, { ...request, forbidOverwrite: false });
      oss.completeMultipartUpload = async (target, request) => {
        const response = await complete(target, { ...request, forbidOverwrite: false });
        return { ...response, versionId: 'v1' };
      };
    });

    for (const when of ['first', 'next'] as const) {
      it(`does not replace a key that is created during the ${when} upload`, async () => {
        if (when === 'next') {
          await fixture.upload(sourceOfBytes(someBytes(3 * partBytes)));
          fixture.oss.objects.clear();
        }
        fixture.oss.script = {
          before: ({ operation }) => {
            if (operation === 'part') {
              fixture.oss.objects.set(key, Buffer.from('theirs'));
            }
          },
        };
        await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
        assert.equal(fixture.stored?.toString(), 'theirs');
        assert.equal(fixture.transfer.state, 'interrupted');
        fixture.oss.script = {};
        const parts = fixture.oss.count('part');
        await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
        assert.deepEqual(fixture.stored, bytes);
        assert.equal(fixture.oss.count('part'), parts);
      });
    }
  });

  it('checks the key before the completion only until a response shows that the bucket keeps no versions', async () => {
    const heads: number[] = [];
    for (let uploads = 0; uploads < 3; uploads += 1) {
      const before = fixture.oss.count('head');
      await fixture.upload(sourceOfBytes(bytes));
      heads.push(fixture.oss.count('head') - before);
      fixture.oss.objects.clear();
    }
    assert.deepEqual(heads, [2, 1, 1]);
  });

  /** The operations by their names in the OSS API. */
  const apiNames = {
    head: 'HeadObject',
    initiate: 'InitiateMultipartUpload',
    part: 'UploadPart',
    complete: 'CompleteMultipartUpload',
  } as const;
  const transientCodes = [
    'network.reset',
    'network.stalled',
    'oss.serverFault',
    'oss.throttled',
  ] as const;
  for (const operation of ['head', 'initiate', 'part', 'complete'] as const) {
    for (const code of transientCodes) {
      it(`retries ${apiNames[operation]} after ${code}`, async () => {
        fixture.oss.script = fail(operation, code, { times: 3 });
        const result = await fixture.upload(sourceOfBytes(bytes));
        assert.ok(fixture.stored?.equals(bytes));
        assert.equal(result.verified, true);
      });
    }
    it(`does not retry ${apiNames[operation]} after a permanent error`, async () => {
      fixture.oss.script = fail(operation, 'oss.noSuchBucket', { times: 99 });
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.noSuchBucket');
      // Four parts are sent in parallel, each once.
      assert.ok(fixture.oss.count(operation) <= (operation === 'part' ? 4 : 1));
      assert.equal(fixture.stored, undefined);
    });
  }

  for (const operation of ['part', 'complete'] as const) {
    for (const code of ['network.reset', 'oss.serverFault', 'response.notUnderstood'] as const) {
      it(`recovers from ${code} after the server has processed ${apiNames[operation]}`, async () => {
        fixture.oss.script = fail(operation, code, { when: 'after' });
        const result = await fixture.upload(sourceOfBytes(bytes));
        assert.ok(fixture.stored?.equals(bytes));
        assert.equal(result.verified, true);
        assert.equal(fixture.oss.count('complete'), 1);
      });
    }
  }

  it('infers a lost completion from the missing upload ID when HEAD is denied', async () => {
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'head') {
          throw new CodedError('oss.accessDenied');
        }
      },
      after: ({ operation }, nth) => {
        if (operation === 'complete' && nth === 1) {
          throw new CodedError('network.reset');
        }
      },
    };
    const result = await fixture.upload(sourceOfBytes(bytes));
    assert.equal(result.verified, false);
    assert.deepEqual([result.etag, result.requestId], [undefined, undefined]);
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('fails when someone else has aborted the multipart upload', async () => {
    fixture.oss.script = {
      before: ({ operation }, nth) => {
        if (operation === 'complete' && nth === 1) {
          fixture.oss.uploads.clear();
        }
      },
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.noSuchUpload');
    assert.equal(fixture.stored, undefined);
    assert.deepEqual(await storedFiles(), []);
  });

  it('resends a part when its CRC-64 does not match', async () => {
    let damaged = 2;
    fixture.oss.script = {
      response: ({ operation }, response) => {
        damaged -= operation === 'part' ? 1 : 0;
        return operation === 'part' && damaged >= 0 ? { ...response, crc64: 1n } : response;
      },
    };
    assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, true);
    assert.equal(fixture.oss.count('part'), 12);
  });

  it('deletes the object and the checkpoint when the CRC-64 of the object does not match', async () => {
    fixture.oss.script = {
      response: ({ operation }, response) =>
        operation === 'complete' ? { ...response, crc64: 1n } : response,
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
      detail: 'removed',
    });
    assert.equal(fixture.stored, undefined);
    assert.equal(fixture.oss.count('complete'), 1);
    assert.deepEqual(await storedFiles(), []);
  });

  it('sends no request after a completion that returned the CRC-64', async () => {
    const operations: string[] = [];
    fixture.oss.script = { after: ({ operation }) => void operations.push(operation) };
    assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, true);
    assert.equal(operations.at(-1), 'complete');
  });

  it('deletes an object of another size when the completion returned no CRC-64', async () => {
    fixture.oss.script = {
      response: ({ operation }, response) =>
        operation === 'complete' ? without(response, 'crc64') : response,
    };
    const head = fixture.oss.headObject.bind(fixture.oss);
    fixture.oss.headObject = async (target, name) => {
      const found = await head(target, name);
      return found && { ...found, size: found.size - 1 };
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.sizeMismatch');
    assert.equal(fixture.stored, undefined);
  });

  it('reports the upload as unverified when the server returns no CRC-64', async () => {
    fixture.oss.script = { response: (_call, { etag, requestId }) => ({ etag, requestId }) };
    const head = fixture.oss.headObject.bind(fixture.oss);
    fixture.oss.headObject = async (target, name) => {
      const found = await head(target, name);
      return found && without(found, 'crc64');
    };
    const result = await fixture.upload(sourceOfBytes(bytes));
    assert.equal(result.verified, false);
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('renews an expired credential once for all parallel parts, also a second time', async () => {
    const expired = new Set<string>();
    fixture.oss.script = {
      before: ({ operation, target }, nth) => {
        const { requestId } = target.credential;
        if (operation === 'part' && (nth === 3 || nth === 9)) {
          expired.add(requestId);
        }
        if (expired.has(requestId)) {
          throw new CodedError('oss.tokenExpired');
        }
      },
    };
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.renewals, 2);
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('initiate'), 1);
  });

  it('probes after a connection reset, and fails with the error of the probe', async () => {
    fixture.oss.script = {
      before: ({ operation, bytes: length }) => {
        if (operation === 'part') {
          throw new CodedError(length === 0 ? 'oss.accessDenied' : 'network.reset');
        }
      },
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.accessDenied');
    assert.ok(fixture.oss.count('part') <= 8);
  });

  it('aborts all parallel parts after a permanent error', async () => {
    let aborted = 0;
    const part = fixture.oss.uploadPart.bind(fixture.oss);
    fixture.oss.uploadPart = (target, request, signal) => {
      if (request.partNumber === 2) {
        return Promise.reject(new CodedError('oss.accessDenied'));
      }
      if (request.partNumber > 4) {
        return part(target, request, signal);
      }
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          aborted += 1;
          reject(new DOMException('aborted', 'AbortError'));
        });
      });
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.accessDenied');
    assert.equal(aborted, 3);
    assert.equal(fixture.oss.count('part'), 0);
  });

  it('checks the source for changes after each part and before the completion', async () => {
    const source = sourceOfBytes(bytes);
    const parts = Math.ceil(bytes.length / partBytes);
    let checks = 0;
    const changingSource = {
      ...source,
      open: async () => ({
        ...(await source.open()),
        verifyUnchanged: () => {
          checks += 1;
          return checks > parts
            ? Promise.reject(new CodedError('source.changed', { subject: 'a.jar' }))
            : Promise.resolve();
        },
      }),
    };
    await failure(() => fixture.upload(changingSource, { overwrite: true }), 'source.changed');
    assert.equal(checks, parts + 1);
    assert.equal(fixture.oss.count('part'), parts);
    assert.equal(fixture.oss.count('complete'), 0);
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('fails when the source changes, and aborts the multipart upload', async () => {
    const source = sourceOfBytes(bytes);
    let checks = 0;
    const changingSource = {
      ...source,
      open: async () => ({
        ...(await source.open()),
        verifyUnchanged: () => {
          checks += 1;
          return checks === 6
            ? Promise.reject(new CodedError('source.changed', { subject: 'a.jar' }))
            : Promise.resolve();
        },
      }),
    };
    await failure(() => fixture.upload(changingSource), 'source.changed');
    assert.equal(fixture.stored, undefined);
    assert.equal(fixture.oss.uploads.size, 0);
    assert.deepEqual(await storedFiles(), []);
    assert.equal(fixture.transfer.state, 'failed');
  });

  describe('when a connection is stuck', () => {
    const mebibyte = 1024 * 1024;
    const source = Buffer.alloc(8 * mebibyte, someBytes(999));

    /**
     * Uploads with one part whose first request never ends until it is aborted; all other requests succeed.
     */
    async function withStuckPart(stuck: number): Promise<{ attempts: number; cancelled: number }> {
      let attempts = 0;
      let cancelled = 0;
      await fixture.manager.stop();
      await fixture.open({ sizing: { singlePutMax: mebibyte, maxPartBytes: mebibyte } });
      const part = fixture.oss.uploadPart.bind(fixture.oss);
      fixture.oss.uploadPart = async (target, request, signal) => {
        fixture.timing.time += 100;
        if (request.partNumber !== stuck) {
          return part(target, request, signal);
        }
        attempts += 1;
        if (attempts > 1) {
          return part(target, request, signal);
        }
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            cancelled += 1;
            reject(new DOMException('aborted', 'AbortError'));
          });
        });
      };
      const result = await fixture.upload(sourceOfBytes(source));
      assert.equal(result.verified, true);
      return { attempts, cancelled };
    }

    for (const stuck of [1, 9, 15]) {
      it(`resends part ${stuck}, and aborts its first request`, async () => {
        assert.deepEqual(await withStuckPart(stuck), { attempts: 2, cancelled: 1 });
        assert.ok(fixture.stored?.equals(source));
        assert.equal(fixture.progress.at(-1)?.acknowledgedBytes, source.length);
      });
    }
  });

  it('fails when the retries are used up, and can be resumed', async () => {
    fixture.oss.script = fail('part', 'oss.serverFault', { times: 9999 });
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.serverFault');
    assert.ok(fixture.oss.count('part') <= 44);
    assert.equal(fixture.transfer.state, 'interrupted');
    fixture.oss.script = {};
    const { signal } = new AbortController();
    await fixture.manager.resume(fixture.transfer.id, { signal, source: sourceOfBytes(bytes) });
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('uploads without a checkpoint when none can be written', async () => {
    const folder = path.join(fixture.folder, 'file');
    await writeFile(folder, 'not a folder');
    await fixture.manager.stop();
    await fixture.open({ storageFolder: folder });
    await fixture.upload(sourceOfBytes(bytes));
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('uploads without a storage folder', async () => {
    const manager = new TransferManager({
      oss: fixture.oss,
      timing: fixture.timing,
      log: silentLog,
      network: () => 'public',
      session: {
        current: () => Promise.resolve(fixture.credential),
        use: (action) => action(fixture.credential),
      },
      sizing: { singlePutMax: partBytes, maxPartBytes: partBytes },
    });
    const { signal } = new AbortController();
    await manager.upload(
      { accountId: 'account', source: sourceOfBytes(bytes), key, overwrite: false },
      { signal },
    );
    assert.ok(fixture.stored?.equals(bytes));
    await manager.stop();
  });

  it('reports progress that never decreases, and the total only at the end', async () => {
    fixture.oss.script = fail('part', 'network.reset', { times: 3, when: 'after' });
    await fixture.upload(sourceOfBytes(bytes));
    let last = 0;
    for (const { sentBytes, acknowledgedBytes, totalBytes } of fixture.progress) {
      assert.ok(sentBytes >= last && sentBytes >= acknowledgedBytes);
      assert.ok(sentBytes < totalBytes || acknowledgedBytes === totalBytes);
      last = sentBytes;
    }
    assert.equal(fixture.progress.at(-1)?.acknowledgedBytes, bytes.length);
  });
});
