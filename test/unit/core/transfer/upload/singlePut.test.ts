import assert from 'node:assert/strict';
import { CodedError, type ErrorCode } from '../../../../../src/core/errors/catalogue';
import type { Source } from '../../../../../src/core/transfer/source/source';
import { failure } from '../../../support/coded';
import { TransferFixture, key, someBytes, sourceOfBytes } from '../support/transferFixture';
import type { Operation, Script } from '../support/fakeOss';

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
  let fixture: TransferFixture;
  beforeEach(async () => {
    fixture = await new TransferFixture().open();
  });
  afterEach(() => fixture.close());

  it('stands byte for byte, with its content type, and is proved', async () => {
    const result = await fixture.upload(sourceOfBytes(bytes));
    assert.ok(fixture.stored?.equals(bytes));
    const { crc64, etag, requestId, ...rest } = result;
    assert.deepEqual(rest, { bucket: 'bucket', key, size: 777, sentBytes: 777, verified: true });
    assert.equal(typeof crc64, 'bigint');
    assert.ok(etag !== '' && requestId === 'put');
    assert.equal(fixture.oss.calls.at(-1)?.contentType, 'application/java-archive');
    assert.equal(fixture.progress.at(-1)?.acknowledgedBytes, 777);
    assert.equal(fixture.oss.count('initiate'), 0);
  });

  it('is told unverified where the server counts no CRC-64', async () => {
    fixture.oss.script = {
      answer: (_call, { etag, requestId }) => ({ etag, requestId }),
    };
    assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, false);
  });

  it('may be empty', async () => {
    const result = await fixture.upload(sourceOfBytes(new Uint8Array(0)));
    assert.deepEqual([result.size, result.crc64, result.verified], [0, 0n, true]);
    assert.equal(fixture.stored?.length, 0);
  });

  describe('onto a key that stands', () => {
    beforeEach(() => void fixture.oss.objects.set(key, Buffer.from('old')));

    it('is refused before a byte is sent', async () => {
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists', {
        subject: key,
      });
      assert.equal(fixture.oss.count('put'), 0);
      assert.equal(fixture.stored?.toString(), 'old');
    });

    it('is refused by the server where it may not be looked', async () => {
      fixture.oss.script = { before: fail('head', 99, 'oss.accessDenied')! };
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      assert.equal(fixture.stored?.toString(), 'old');
    });

    it('overwrites when that was said', async () => {
      await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
      assert.ok(fixture.stored?.equals(bytes));
      assert.equal(fixture.oss.count('head'), 1);
    });

    for (const overwrite of [false, true]) {
      it(`sends nothing where the same object exists, overwrite ${overwrite}`, async () => {
        fixture.oss.objects.set(key, bytes);
        const result = await fixture.upload(sourceOfBytes(bytes), { overwrite });
        assert.deepEqual([result.isIdentical, result.sentBytes], [true, 0]);
        assert.equal(result.verified, true);
        assert.equal(fixture.oss.count('put'), 0);
        assert.equal(fixture.transfer.state, 'done');
        assert.equal(fixture.progress.at(-1)?.acknowledgedBytes, bytes.length);
      });
    }

    it('finds out after a refusal that the same object exists', async () => {
      fixture.oss.objects.delete(key);
      await fixture.upload(sourceOfBytes(bytes));
      const heads = fixture.oss.count('head');
      const again = await fixture.upload(sourceOfBytes(bytes));
      assert.equal(again.isIdentical, true);
      assert.equal(fixture.oss.count('head'), heads + 1);
    });
  });

  it('is looked for only until the bucket has shown that it keeps no versions', async () => {
    await fixture.upload(sourceOfBytes(bytes));
    fixture.oss.objects.clear();
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.oss.count('head'), 1);

    fixture.oss.script = { answer: (_call, answer) => ({ ...answer, versionId: 'v1' }) };
    fixture.oss.objects.clear();
    await fixture.upload(sourceOfBytes(bytes));
    fixture.oss.objects.clear();
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.oss.count('head'), 2);
  });

  it('is refused outside the prefix', async () => {
    fixture.credential = { ...fixture.credential, keyPrefix: 'pre' };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'key.outsidePrefix');
    assert.equal(fixture.oss.calls.length, 0);
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
      fixture.oss.script = { before: fail('put', 3, code)! };
      await fixture.upload(sourceOfBytes(bytes));
      assert.ok(fixture.stored?.equals(bytes));
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
      fixture.oss.script = { before: fail('put', 99, code)! };
      await failure(() => fixture.upload(sourceOfBytes(bytes)), code);
      assert.equal(fixture.oss.count('put'), 1);
      assert.equal(fixture.stored, undefined);
      assert.equal(fixture.transfer.state, 'failed');
      assert.equal(fixture.transfer.error?.code, code);
    });
  }

  it('recognises its own object when the answer was lost', async () => {
    fixture.oss.script = {
      after: (call, nth) => {
        if (call.operation === 'put' && nth === 1) {
          throw new CodedError('network.reset');
        }
      },
    };
    const result = await fixture.upload(sourceOfBytes(bytes));
    assert.equal(result.verified, true);
    assert.ok(fixture.stored?.equals(bytes));
  });

  it('does not take another’s object for its own when an answer was lost', async () => {
    fixture.oss.script = {
      before: (call, nth) => {
        if (call.operation === 'put' && nth === 1) {
          fixture.oss.objects.set(key, Buffer.from('another'));
          throw new CodedError('network.reset');
        }
      },
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.stored?.toString(), 'another');
  });

  it('learns after a reset why the server wants none of it', async () => {
    fixture.oss.script = {
      before: ({ operation }) => {
        if (operation === 'put' || operation === 'initiate') {
          throw new CodedError(operation === 'put' ? 'network.reset' : 'oss.accessDenied');
        }
      },
    };
    const error = await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.accessDenied');
    assert.ok(error.cause instanceof CodedError && error.cause.code === 'network.reset');
    assert.equal(fixture.oss.count('put'), 1);
  });

  it('neither writes nor deletes anything under the key to learn why a connection was reset', async () => {
    const taken = Buffer.from('another');
    fixture.oss.objects.set(key, taken);
    fixture.oss.script = { before: fail('put', 1, 'network.reset')! };
    await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
    assert.deepEqual(
      fixture.oss.calls.map(({ operation }) => operation).filter((name) => name !== 'head'),
      ['put', 'initiate', 'abort', 'put'],
    );
    assert.equal(fixture.oss.uploads.size, 0);
    assert.ok(fixture.stored?.equals(bytes));
  });

  describe('whose CRC-64 differs at the server', () => {
    const damaged = (times: number): Script => ({
      answer: (_call, answer) => {
        times -= 1;
        return times >= 0 ? { ...answer, crc64: 1n } : answer;
      },
    });

    it('is removed and sent again', async () => {
      fixture.oss.script = damaged(2);
      assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, true);
      assert.equal(fixture.oss.count('delete'), 2);
    });

    it('is removed in the end, and told', async () => {
      fixture.oss.script = damaged(99);
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
        detail: 'removed',
      });
      assert.equal(fixture.stored, undefined);
    });

    it('stays when it overwrote, and that is told', async () => {
      fixture.oss.objects.set(key, Buffer.from('old'));
      fixture.oss.script = damaged(99);
      await failure(
        () => fixture.upload(sourceOfBytes(bytes), { overwrite: true }),
        'transfer.crcMismatch',
        { detail: 'left' },
      );
      assert.equal(fixture.oss.count('delete'), 0);
    });

    it('stays when it may not be removed, and the damage is told, not the conflict', async () => {
      fixture.oss.script = { ...damaged(99), before: fail('delete', 99, 'oss.accessDenied')! };
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
        detail: 'left',
      });
    });
  });

  it('never reaches its end when its file changed while it went: what stood there stays', async () => {
    const old = Buffer.from('old');
    fixture.oss.objects.set(key, old);
    await failure(() => fixture.upload(changing(1), { overwrite: true }), 'source.changed');
    assert.ok(fixture.stored?.equals(old));
  });

  for (const overwrite of [false, true]) {
    it(`is uploaded though its file changes after the last byte was read, overwrite ${overwrite}`, async () => {
      await fixture.upload(changing(2), { overwrite });
      assert.ok(fixture.stored?.equals(bytes));
      assert.equal(fixture.transfer.state, 'done');
    });
  }

  it('goes on after the credential was renewed, and not when that points elsewhere', async () => {
    fixture.oss.script = { before: fail('put', 1, 'oss.tokenExpired')! };
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.fetched, 1);
    assert.equal(fixture.oss.calls.at(-1)?.target.credential.requestId, 'renewed1');

    fixture.oss.objects.clear();
    fixture.oss.script = {
      before: (call) => {
        if (call.operation === 'put' && call.target.credential.bucket === 'bucket') {
          fixture.credential = { ...fixture.credential, bucket: 'elsewhere' };
          throw new CodedError('oss.tokenExpired');
        }
      },
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.locationChanged', {
      detail: 'elsewhere/prefix',
    });
    assert.equal(fixture.stored, undefined);
  });

  it('waits out a line that is away, says so, and gives up one that never was there', async () => {
    fixture.oss.script = { before: fail('put', 5, 'network.unreachable')! };
    await fixture.upload(sourceOfBytes(bytes));
    assert.ok(fixture.progress.some(({ stage }) => stage === 'paused'));
    assert.equal(fixture.progress.at(-1)?.stage, 'sending');

    fixture.oss.objects.clear();
    fixture.oss.script = { before: fail('head', 999, 'network.nameNotResolved')! };
    const before = fixture.timing.time;
    const large = sourceOfBytes(someBytes(1001));
    await failure(() => fixture.upload(large), 'network.nameNotResolved');
    assert.ok(fixture.timing.time - before < 20_000);
  });
});
