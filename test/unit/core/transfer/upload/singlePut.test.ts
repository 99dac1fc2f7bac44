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

/** A source that has changed when it is checked for the nth time. */
function changingSource(nth: number): Source {
  const source = sourceOfBytes(bytes);
  let checks = 0;
  return {
    ...source,
    open: async () => ({
      ...(await source.open()),
      size: bytes.length,
      verifyUnchanged: () => {
        checks += 1;
        return checks >= nth
          ? Promise.reject(new CodedError('source.changed', { subject: 'a.jar' }))
          : Promise.resolve();
      },
    }),
  };
}

describe('Upload with a single PUT', () => {
  let fixture: TransferFixture;
  beforeEach(async () => {
    fixture = await new TransferFixture().open();
  });
  afterEach(() => fixture.close());

  it('uploads the bytes with their content type, and verifies the CRC-64', async () => {
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

  it('reports the upload as unverified when the server returns no CRC-64', async () => {
    fixture.oss.script = {
      response: (_call, { etag, requestId }) => ({ etag, requestId }),
    };
    assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, false);
  });

  it('uploads an empty file', async () => {
    const result = await fixture.upload(sourceOfBytes(new Uint8Array(0)));
    assert.deepEqual([result.size, result.crc64, result.verified], [0, 0n, true]);
    assert.equal(fixture.stored?.length, 0);
  });

  describe('to an existing key', () => {
    beforeEach(() => void fixture.oss.objects.set(key, Buffer.from('old')));

    it('is rejected before any byte is sent', async () => {
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists', {
        subject: key,
      });
      assert.equal(fixture.oss.count('put'), 0);
      assert.equal(fixture.stored?.toString(), 'old');
    });

    it('is rejected by the server when HEAD is denied', async () => {
      fixture.oss.script = { before: fail('head', 99, 'oss.accessDenied')! };
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
      assert.equal(fixture.stored?.toString(), 'old');
    });

    it('replaces the object when overwrite is set', async () => {
      await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
      assert.ok(fixture.stored?.equals(bytes));
      assert.equal(fixture.oss.count('head'), 1);
    });

    for (const overwrite of [false, true]) {
      it(`sends nothing when the object is identical, with overwrite ${overwrite}`, async () => {
        fixture.oss.objects.set(key, bytes);
        const result = await fixture.upload(sourceOfBytes(bytes), { overwrite });
        assert.deepEqual([result.isIdentical, result.sentBytes], [true, 0]);
        assert.equal(result.verified, true);
        assert.equal(fixture.oss.count('put'), 0);
        assert.equal(fixture.transfer.state, 'done');
        assert.equal(fixture.progress.at(-1)?.acknowledgedBytes, bytes.length);
      });
    }

    it('recognizes an identical object after the server rejected the PUT', async () => {
      fixture.oss.objects.delete(key);
      await fixture.upload(sourceOfBytes(bytes));
      const heads = fixture.oss.count('head');
      const again = await fixture.upload(sourceOfBytes(bytes));
      assert.equal(again.isIdentical, true);
      assert.equal(fixture.oss.count('head'), heads + 1);
    });
  });

  it('skips HEAD when the previous response had no version ID', async () => {
    await fixture.upload(sourceOfBytes(bytes));
    fixture.oss.objects.clear();
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.oss.count('head'), 1);

    fixture.oss.script = { response: (_call, response) => ({ ...response, versionId: 'v1' }) };
    fixture.oss.objects.clear();
    await fixture.upload(sourceOfBytes(bytes));
    fixture.oss.objects.clear();
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.oss.count('head'), 2);
  });

  it('rejects a key outside the package prefix, without a request', async () => {
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
    'response.notUnderstood',
  ] as const) {
    it(`succeeds after three failures with ${code}`, async () => {
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
    it(`fails without a retry after ${code}`, async () => {
      fixture.oss.script = { before: fail('put', 99, code)! };
      await failure(() => fixture.upload(sourceOfBytes(bytes)), code);
      assert.equal(fixture.oss.count('put'), 1);
      assert.equal(fixture.stored, undefined);
      assert.equal(fixture.transfer.state, 'failed');
      assert.equal(fixture.transfer.error?.code, code);
    });
  }

  it('recognizes its own object when the response was lost', async () => {
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

  it('does not mistake a different object for its own when the response was lost', async () => {
    fixture.oss.script = {
      before: (call, nth) => {
        if (call.operation === 'put' && nth === 1) {
          fixture.oss.objects.set(key, Buffer.from('different'));
          throw new CodedError('network.reset');
        }
      },
    };
    await failure(() => fixture.upload(sourceOfBytes(bytes)), 'oss.objectExists');
    assert.equal(fixture.stored?.toString(), 'different');
  });

  it('probes after a connection reset, and fails with the error of the probe', async () => {
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

  it('does not write or delete the key when it probes after a connection reset', async () => {
    const existing = Buffer.from('different');
    fixture.oss.objects.set(key, existing);
    fixture.oss.script = { before: fail('put', 1, 'network.reset')! };
    await fixture.upload(sourceOfBytes(bytes), { overwrite: true });
    assert.deepEqual(
      fixture.oss.calls.map(({ operation }) => operation).filter((name) => name !== 'head'),
      ['put', 'initiate', 'abort', 'put'],
    );
    assert.equal(fixture.oss.uploads.size, 0);
    assert.ok(fixture.stored?.equals(bytes));
  });

  describe('when the CRC-64 does not match', () => {
    const damaged = (times: number): Script => ({
      response: (_call, response) => {
        times -= 1;
        return times >= 0 ? { ...response, crc64: 1n } : response;
      },
    });

    it('deletes the object and uploads it again', async () => {
      fixture.oss.script = damaged(2);
      assert.equal((await fixture.upload(sourceOfBytes(bytes))).verified, true);
      assert.equal(fixture.oss.count('delete'), 2);
    });

    it('deletes the object when every attempt fails, and says so in the error', async () => {
      fixture.oss.script = damaged(99);
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
        detail: 'removed',
      });
      assert.equal(fixture.stored, undefined);
    });

    it('does not delete an object that replaced another, and says so in the error', async () => {
      fixture.oss.objects.set(key, Buffer.from('old'));
      fixture.oss.script = damaged(99);
      await failure(
        () => fixture.upload(sourceOfBytes(bytes), { overwrite: true }),
        'transfer.crcMismatch',
        { detail: 'left' },
      );
      assert.equal(fixture.oss.count('delete'), 0);
    });

    it('reports the mismatch and not a conflict when the object cannot be deleted', async () => {
      fixture.oss.script = { ...damaged(99), before: fail('delete', 99, 'oss.accessDenied')! };
      await failure(() => fixture.upload(sourceOfBytes(bytes)), 'transfer.crcMismatch', {
        detail: 'left',
      });
    });
  });

  it('fails when the file changes during the upload, and the existing object remains', async () => {
    const old = Buffer.from('old');
    fixture.oss.objects.set(key, old);
    await failure(() => fixture.upload(changingSource(1), { overwrite: true }), 'source.changed');
    assert.ok(fixture.stored?.equals(old));
  });

  for (const overwrite of [false, true]) {
    it(`succeeds when the file changes after its last byte was read, with overwrite ${overwrite}`, async () => {
      await fixture.upload(changingSource(2), { overwrite });
      assert.ok(fixture.stored?.equals(bytes));
      assert.equal(fixture.transfer.state, 'done');
    });
  }

  it('continues with a renewed credential, and fails when that points to another bucket', async () => {
    fixture.oss.script = { before: fail('put', 1, 'oss.tokenExpired')! };
    await fixture.upload(sourceOfBytes(bytes));
    assert.equal(fixture.renewals, 1);
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

  it('waits for the network to return, but fails soon when it was never reachable', async () => {
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
