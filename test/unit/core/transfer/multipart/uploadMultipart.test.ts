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

describe('A source that goes in parts', () => {
  let fixture: TransferFixture;
  beforeEach(async () => {
    fixture = await new TransferFixture().open();
  });
  afterEach(() => fixture.close());

  const files = async (): Promise<string[]> =>
    (await readdir(fixture.folder)).filter((name) => !name.endsWith('.finished.json'));

  for (const size of [1001, 1999, 2000, 2001, 9999, 10_000]) {
    it(`stands byte for byte: ${size} bytes in parts of 1000`, async () => {
      const source = someBytes(size);
      const result = await fixture.upload(sourceOfBytes(source));
      assert.ok(fixture.stored?.equals(source));
      assert.equal(result.verified, true);
      assert.equal(result.size, size);
      assert.equal(fixture.oss.count('part'), Math.ceil(size / 1000));
      assert.equal(fixture.oss.uploads.size, 0);
      assert.deepEqual(await files(), []);
    });
  }

  it('forbids to overwrite at its beginning and at its end, and gives its content type', async () => {
    await fixture.upload(sourceOfBytes(bytes));
    const of = (operation: Operation) =>
      fixture.oss.calls.find((call) => call.operation === operation);
    assert.equal(of('initiate')?.forbidOverwrite, true);
    assert.equal(of('initiate')?.contentType, 'application/java-archive');
    assert.equal(of('complete')?.forbidOverwrite, true);
  });

  it('sends at most as many parts at a time as are set, and 16 without a setting', async () => {
    for (const [parallelParts, most] of [
      [Number.NaN, 16],
      [6, 6],
      [2, 2],
      [99, 16],
      [0, 1],
    ] as const) {
      let going = 0;
      let seen = 0;
      const crowded = await new TransferFixture().open({
        settings: () => ({ partSize: 8, parallelParts }),
      });
      const initiate = crowded.oss.initiateMultipartUpload.bind(crowded.oss);
      crowded.oss.initiateMultipartUpload = (...request) => {
        // A long distance, so that all start at once.
        crowded.timing.time += 1000;
        return initiate(...request);
      };
      crowded.oss.script = {
        before: async ({ operation }) => {
          if (operation === 'part') {
            going += 1;
            seen = Math.max(seen, going);
            await new Promise((resolve) => setTimeout(resolve, 2));
            going -= 1;
          }
        },
      };
      await crowded.upload(sourceOfBytes(someBytes(20 * partBytes)));
      assert.equal(seen, most);
      await crowded.close();
    }
  });

  it('asks before it sends, where something stands', async () => {
    fixture.oss.objects.set(key, Buffer.from('old'));
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.oss.count('part'), 0);
    assert.equal(fixture.oss.uploads.size, 0);
    await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('asks also a bucket that keeps versions and lets everything begin', async () => {
    fixture.oss.objects.set(key, Buffer.from('old'));
    const initiate = fixture.oss.initiateMultipartUpload.bind(fixture.oss);
    fixture.oss.initiateMultipartUpload = (target, request) =>
      initiate(target, { ...request, forbidOverwrite: false });
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.oss.count('part'), 0);
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('keeps its parts when somebody takes the key meanwhile, and can still overwrite', async () => {
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

  const curable = ['network.reset', 'network.stalled', 'oss.serverFault', 'oss.throttled'] as const;
  for (const operation of ['head', 'initiate', 'part', 'complete'] as const) {
    for (const code of curable) {
      it(`survives ${code} at ${operation}`, async () => {
        fixture.oss.script = fail(operation, code, { times: 3 });
        const result = await fixture.upload(sourceOfBytes(bytes));
        assert.ok(fixture.stored?.equals(bytes));
        assert.equal(result.verified, true);
      });
    }
    it(`ends at once with a refusal at ${operation}`, async () => {
      fixture.oss.script = fail(operation, 'oss.noSuchBucket', { times: 99 });
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.noSuchBucket');
      assert.ok(fixture.oss.count(operation) <= 4);
      assert.equal(fixture.stored, undefined);
    });
  }

  for (const operation of ['part', 'complete'] as const) {
    for (const code of ['network.reset', 'oss.serverFault', 'answer.notUnderstood'] as const) {
      it(`survives ${code} instead of the answer to a ${operation} that was done`, async () => {
        fixture.oss.script = fail(operation, code, { when: 'after' });
        const result = await fixture.upload(sourceOfBytes(bytes));
        assert.ok(fixture.stored?.equals(bytes));
        assert.equal(result.verified, true);
        assert.equal(fixture.oss.count('complete'), 1);
      });
    }
  }

  it('knows a lost completion by the upload that is gone, where it may not look', async () => {
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

  it('tells no success of an upload that somebody aborted', async () => {
    fixture.oss.script = {
      before: ({ operation }, nth) => {
        if (operation === 'complete' && nth === 1) {
          fixture.oss.uploads.clear();
        }
      },
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.noSuchUpload');
    assert.equal(fixture.stored, undefined);
    assert.deepEqual(await files(), []);
  });

  it('sends a part again whose CRC-64 differs at the server', async () => {
    let damaged = 2;
    fixture.oss.script = {
      answer: ({ operation }, answer) => {
        damaged -= operation === 'part' ? 1 : 0;
        return operation === 'part' && damaged >= 0 ? { ...answer, crc64: 1n } : answer;
      },
    };
    assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, true);
    assert.equal(fixture.oss.count('part'), 12);
  });

  it('removes a whole whose CRC-64 differs, and leaves nothing behind', async () => {
    fixture.oss.script = {
      answer: ({ operation }, answer) =>
        operation === 'complete' ? { ...answer, crc64: 1n } : answer,
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
      detail: 'removed',
    });
    assert.equal(fixture.stored, undefined);
    assert.equal(fixture.oss.count('complete'), 1);
    assert.deepEqual(await files(), []);
  });

  it('sends nothing after a completion that returned the CRC-64', async () => {
    const operations: string[] = [];
    fixture.oss.script = { after: ({ operation }) => void operations.push(operation) };
    assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, true);
    assert.equal(operations.at(-1), 'complete');
  });

  it('removes a whole of another size, where its completion returns no CRC-64', async () => {
    fixture.oss.script = {
      answer: ({ operation }, answer) =>
        operation === 'complete' ? without(answer, 'crc64') : answer,
    };
    const head = fixture.oss.headObject.bind(fixture.oss);
    fixture.oss.headObject = async (target, name) => {
      const found = await head(target, name);
      return found && { ...found, size: found.size - 1 };
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.sizeMismatch');
    assert.equal(fixture.stored, undefined);
  });

  it('is told unverified where the server counts no CRC-64', async () => {
    fixture.oss.script = { answer: (_call, { etag, requestId }) => ({ etag, requestId }) };
    const head = fixture.oss.headObject.bind(fixture.oss);
    fixture.oss.headObject = async (target, name) => {
      const found = await head(target, name);
      return found && without(found, 'crc64');
    };
    const result = await fixture.upload(sourceOfBytes(bytes));
    assert.equal(result.verified, false);
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('renews an expired credential once for all slots, twice in one upload', async () => {
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
    assert.equal(fixture.fetched, 2);
    assert.ok(fixture.stored?.equals(bytes));
    assert.equal(fixture.oss.count('initiate'), 1);
  });

  it('learns after a reset why the server wants no part', async () => {
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

  it('stops all slots at the first failure that no try cures', async () => {
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

  it('checks the source after each part, and once more before it is completed', async () => {
    const source = sourceOfBytes(bytes);
    const parts = Math.ceil(bytes.length / partBytes);
    let checks = 0;
    const changing = {
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
    await failure(() => fixture.upload(changing, { overwrite: true }), 'source.changed');
    assert.equal(checks, parts + 1);
    assert.equal(fixture.oss.count('part'), parts);
    assert.equal(fixture.oss.count('complete'), 0);
    assert.equal(fixture.oss.uploads.size, 0);
  });

  it('ends when its source changes, and takes its parts away', async () => {
    const source = sourceOfBytes(bytes);
    let userInitiated = 0;
    const changing = {
      ...source,
      open: async () => ({
        ...(await source.open()),
        verifyUnchanged: () => {
          userInitiated += 1;
          return userInitiated === 6
            ? Promise.reject(new CodedError('source.changed', { subject: 'a.jar' }))
            : Promise.resolve();
        },
      }),
    };
    await failure(() => fixture.upload(changing), 'source.changed');
    assert.equal(fixture.stored, undefined);
    assert.equal(fixture.oss.uploads.size, 0);
    assert.deepEqual(await files(), []);
    assert.equal(fixture.transfer.state, 'failed');
  });

  describe('at its end', () => {
    const mebibyte = 1024 * 1024;
    const source = Buffer.alloc(8 * mebibyte, someBytes(999));

    /**
     * Sends all parts but one at once; that one's first request gets stuck after its first byte, until it is cancelled.
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
      it(`sends part ${stuck} again, whose connection is stuck, and cancels the first request`, async () => {
        assert.deepEqual(await withStuckPart(stuck), { attempts: 2, cancelled: 1 });
        assert.ok(fixture.stored?.equals(source));
        assert.equal(fixture.progress.at(-1)?.acknowledgedBytes, source.length);
      });
    }
  });

  it('gives up when its tries are used up, and can be resumed', async () => {
    fixture.oss.script = fail('part', 'oss.serverFault', { times: 9999 });
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.serverFault');
    assert.ok(fixture.oss.count('part') <= 44);
    assert.equal(fixture.transfer.state, 'interrupted');
    fixture.oss.script = {};
    const { signal } = new AbortController();
    await fixture.manager.resume(fixture.transfer.id, { signal, source: sourceOfBytes(bytes) });
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('goes on without a checkpoint where none can be written', async () => {
    const folder = path.join(fixture.folder, 'file');
    await writeFile(folder, 'not a folder');
    await fixture.manager.stop();
    await fixture.open({ storageFolder: folder });
    await fixture.upload(sourceOfBytes(bytes));
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('needs no storage folder', async () => {
    const manager = new TransferManager({
      ...{ oss: fixture.oss, timing: fixture.timing, log: silentLog, network: () => 'public' },
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

  it('reports bytes that never go backwards, whole only at the end', async () => {
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
