import assert from 'node:assert/strict';
import { CodedError, type ErrorCode } from '../../../../src/core/errors/catalogue';
import type { Source } from '../../../../src/core/transfer/source';
import { failure } from '../../support/coded';
import { TransferFixture, key, someBytes, sourceOfBytes } from './support/bench';
import type { Operation, Script } from './support/fakeOss';

const bytes = someBytes(777);

function fail(operation: Operation, times: number, code: ErrorCode): Script['before'] {
  return (call, nth) => {
    if (call.operation === operation && nth <= times) {
      throw new CodedError(code, { host: 'h' });
    }
  };
}

/** A source that turns out to have changed when it is asked for the nth time. */
function changing(nth: number): Source {
  const source = sourceOfBytes(bytes);
  let userInitiated = 0;
  return {
    ...source,
    open: async () => ({
      ...(await source.open()),
      size: bytes.length,
      verifyUnchanged: () => {
        userInitiated += 1;
        return userInitiated >= nth
          ? Promise.reject(new CodedError('source.changed', { subject: 'a.jar' }))
          : Promise.resolve();
      },
    }),
  };
}

describe('A source that goes in one PutObject', () => {
  let bench: TransferFixture;
  beforeEach(async () => {
    bench = await new TransferFixture().open();
  });
  afterEach(() => bench.close());

  it('stands byte for byte, with its content type, and is proved', async () => {
    const result = await bench.upload(sourceOfBytes(bytes));
    assert.ok(bench.stored?.equals(bytes));
    const { crc64, etag, requestId, ...rest } = result;
    assert.deepEqual(rest, { bucket: 'bucket', key, size: 777, verified: true });
    assert.equal(typeof crc64, 'bigint');
    assert.ok(etag !== '' && requestId === 'put');
    assert.equal(bench.oss.calls.at(-1)?.contentType, 'application/java-archive');
    assert.equal(bench.progress.at(-1)?.acknowledgedBytes, 777);
    assert.equal(bench.oss.count('initiate'), 0);
  });

  it('is told unverified where the server counts no CRC-64', async () => {
    bench.oss.script = {
      answer: (_call, { etag, requestId }) => ({ etag, requestId }),
    };
    assert.equal((await bench.upload(sourceOfBytes(bytes))).verified, false);
  });

  it('may be empty', async () => {
    const result = await bench.upload(sourceOfBytes(new Uint8Array(0)));
    assert.deepEqual([result.size, result.crc64, result.verified], [0, 0n, true]);
    assert.equal(bench.stored?.length, 0);
  });

  describe('onto a key that stands', () => {
    beforeEach(() => void bench.oss.objects.set(key, Buffer.from('old')));

    it('is refused before a byte is sent', async () => {
      await failure(() => bench.upload(sourceOfBytes(bytes)), 'oss.objectExists', { subject: key });
      assert.equal(bench.oss.count('put'), 0);
      assert.equal(bench.stored?.toString(), 'old');
    });

    it('is refused by the server where it may not be looked', async () => {
      bench.oss.script = { before: fail('head', 99, 'oss.accessDenied')! };
      await failure(() => bench.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      assert.equal(bench.stored?.toString(), 'old');
    });

    it('overwrites when that was said', async () => {
      await bench.upload(sourceOfBytes(bytes), { overwrite: true });
      assert.ok(bench.stored?.equals(bytes));
      assert.equal(bench.oss.count('head'), 0);
    });
  });

  it('is looked for only until the bucket has shown that it keeps no versions', async () => {
    await bench.upload(sourceOfBytes(bytes));
    bench.oss.objects.clear();
    await bench.upload(sourceOfBytes(bytes));
    assert.equal(bench.oss.count('head'), 1);

    bench.oss.script = { answer: (_call, answer) => ({ ...answer, versionId: 'v1' }) };
    bench.oss.objects.clear();
    await bench.upload(sourceOfBytes(bytes));
    bench.oss.objects.clear();
    await bench.upload(sourceOfBytes(bytes));
    assert.equal(bench.oss.count('head'), 2);
  });

  it('is refused outside the prefix', async () => {
    bench.held = { ...bench.held, keyPrefix: 'pre' };
    await failure(() => bench.upload(sourceOfBytes(bytes)), 'key.outsidePrefix');
    assert.equal(bench.oss.calls.length, 0);
  });

  for (const code of [
    'network.reset',
    'network.stalled',
    'network.refused',
    'oss.serverFault',
    'oss.throttled',
    'oss.bodyDamaged',
    'answer.notUnderstood',
  ] as const) {
    it(`survives ${code} three times`, async () => {
      bench.oss.script = { before: fail('put', 3, code)! };
      await bench.upload(sourceOfBytes(bytes));
      assert.ok(bench.stored?.equals(bytes));
    });
  }

  for (const code of [
    'oss.accessDenied',
    'oss.noSuchBucket',
    'oss.signatureRejected',
    'oss.entityTooLarge',
    'oss.rejected',
    'network.tls',
    'network.proxyLogin',
    'edas.noPermission',
  ] as const) {
    it(`ends at once with ${code}`, async () => {
      bench.oss.script = { before: fail('put', 99, code)! };
      await failure(() => bench.upload(sourceOfBytes(bytes)), code);
      assert.equal(bench.oss.count('put'), 1);
      assert.equal(bench.stored, undefined);
      assert.equal(bench.transfer.state, 'failed');
      assert.equal(bench.transfer.error?.code, code);
    });
  }

  it('recognises its own object when the answer was lost', async () => {
    bench.oss.script = {
      after: (call, nth) => {
        if (call.operation === 'put' && nth === 1) {
          throw new CodedError('network.reset');
        }
      },
    };
    const result = await bench.upload(sourceOfBytes(bytes));
    assert.equal(result.verified, true);
    assert.ok(bench.stored?.equals(bytes));
  });

  it('does not take another’s object for its own when an answer was lost', async () => {
    bench.oss.script = {
      before: (call, nth) => {
        if (call.operation === 'put' && nth === 1) {
          bench.oss.objects.set(key, Buffer.from('another'));
          throw new CodedError('network.reset');
        }
      },
    };
    await failure(() => bench.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(bench.stored?.toString(), 'another');
  });

  it('learns after a reset why the server wants none of it', async () => {
    bench.oss.script = {
      before: ({ operation }) => {
        if (operation === 'put' || operation === 'initiate') {
          throw new CodedError(operation === 'put' ? 'network.reset' : 'oss.accessDenied');
        }
      },
    };
    const error = await failure(() => bench.upload(sourceOfBytes(bytes)), 'oss.accessDenied');
    assert.ok(error.cause instanceof CodedError && error.cause.code === 'network.reset');
    assert.equal(bench.oss.count('put'), 1);
  });

  it('neither writes nor deletes anything under the key to learn why a connection was reset', async () => {
    const taken = Buffer.from('another');
    bench.oss.objects.set(key, taken);
    bench.oss.script = { before: fail('put', 1, 'network.reset')! };
    await bench.upload(sourceOfBytes(bytes), { overwrite: true });
    assert.deepEqual(
      bench.oss.calls.map(({ operation }) => operation).filter((name) => name !== 'head'),
      ['put', 'initiate', 'abort', 'put'],
    );
    assert.equal(bench.oss.uploads.size, 0);
    assert.ok(bench.stored?.equals(bytes));
  });

  describe('whose CRC-64 differs at the server', () => {
    const damaged = (times: number): Script => ({
      answer: (_call, answer) => {
        times -= 1;
        return times >= 0 ? { ...answer, crc64: 1n } : answer;
      },
    });

    it('is removed and sent again', async () => {
      bench.oss.script = damaged(2);
      assert.equal((await bench.upload(sourceOfBytes(bytes))).verified, true);
      assert.equal(bench.oss.count('delete'), 2);
    });

    it('is removed in the end, and told', async () => {
      bench.oss.script = damaged(99);
      await failure(() => bench.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
        detail: 'removed',
      });
      assert.equal(bench.stored, undefined);
    });

    it('stays when it overwrote, and that is told', async () => {
      bench.oss.objects.set(key, Buffer.from('old'));
      bench.oss.script = damaged(99);
      await failure(
        () => bench.upload(sourceOfBytes(bytes), { overwrite: true }),
        'transfer.crcMismatch',
        { detail: 'left' },
      );
      assert.equal(bench.oss.count('delete'), 0);
    });

    it('stays when it may not be removed, and the damage is told, not the conflict', async () => {
      bench.oss.script = { ...damaged(99), before: fail('delete', 99, 'oss.accessDenied')! };
      await failure(() => bench.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
        detail: 'left',
      });
    });
  });

  it('never reaches its end when its file changed while it went: what stood there stays', async () => {
    const old = Buffer.from('old');
    bench.oss.objects.set(key, old);
    await failure(() => bench.upload(changing(1), { overwrite: true }), 'source.changed');
    assert.ok(bench.stored?.equals(old));
  });

  for (const overwrite of [false, true]) {
    it(`is uploaded though its file changes after the last byte was read, overwrite ${overwrite}`, async () => {
      await bench.upload(changing(2), { overwrite });
      assert.ok(bench.stored?.equals(bytes));
      assert.equal(bench.transfer.state, 'done');
    });
  }

  it('goes on after the credential was renewed, and not when that points elsewhere', async () => {
    bench.oss.script = { before: fail('put', 1, 'oss.tokenExpired')! };
    await bench.upload(sourceOfBytes(bytes));
    assert.equal(bench.fetched, 1);
    assert.equal(bench.oss.calls.at(-1)?.target.credential.requestId, 'renewed1');

    bench.oss.objects.clear();
    bench.oss.script = {
      before: (call) => {
        if (call.operation === 'put' && call.target.credential.bucket === 'bucket') {
          bench.held = { ...bench.held, bucket: 'elsewhere' };
          throw new CodedError('oss.tokenExpired');
        }
      },
    };
    await failure(() => bench.upload(sourceOfBytes(bytes)), 'transfer.credentialMoved', {
      detail: 'elsewhere/prefix',
    });
    assert.equal(bench.stored, undefined);
  });

  it('waits out a line that is away, says so, and gives up one that never was there', async () => {
    bench.oss.script = { before: fail('put', 5, 'network.unreachable')! };
    await bench.upload(sourceOfBytes(bytes));
    assert.ok(bench.progress.some(({ stage }) => stage === 'paused'));
    assert.equal(bench.progress.at(-1)?.stage, 'sending');

    bench.oss.objects.clear();
    bench.oss.script = { before: fail('head', 999, 'network.nameNotResolved')! };
    const before = bench.timing.time;
    const large = sourceOfBytes(someBytes(1001));
    await failure(() => bench.upload(large), 'network.nameNotResolved');
    assert.ok(bench.timing.time - before < 20_000);
  });
});
