import assert from 'node:assert/strict';
import path from 'node:path';
import { inspect } from 'node:util';
import { UploadService } from '../../src/common/upload/uploadService';
import type { UploadItem, UploadOutcome } from '../../src/common/upload/types';
import type { ErrorCode } from '../../src/core/errors/catalogue';
import type { TransferManager } from '../../src/core/transfer/manager';
import { silentLog } from '../../src/core/util/log';
import type { FaultAction } from '../sandbox';
import { startSandboxFixture, type SandboxFixture } from './sandboxFixture';

const partBytes = 2 * 1024 * 1024;
/** Names and sizes: one file whose key is not checked first, one whose key is, and one that is sent in parts. */
const batch: readonly (readonly [string, number])[] = [
  ['small.jar', 10_000],
  ['medium.jar', partBytes - 1],
  ['large.jar', 2 * partBytes + 1],
];

interface Row {
  readonly name: string;
  readonly action: FaultAction;
  readonly times: number;
  readonly isStall?: boolean;
  /** Absent: every file is uploaded. */
  readonly failure?: ErrorCode;
}

const rows: readonly Row[] = [
  {
    name: '503 three times',
    action: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    times: 3,
  },
  { name: 'connection reset three times', action: { kind: 'reset' }, times: 3 },
  { name: 'no response three times', action: { kind: 'stall' }, times: 3, isStall: true },
  {
    name: '403, as the credential may not read',
    action: { kind: 'error', status: 403, code: 'AccessDenied' },
    times: Infinity,
  },
  { name: 'expired token', action: { kind: 'expireToken' }, times: 1 },
  {
    name: 'permanent 500',
    action: { kind: 'error', status: 500, code: 'InternalError' },
    times: Infinity,
    failure: 'oss.serverFault',
  },
];

describe('A batch of uploads', () => {
  let defaultFixture: SandboxFixture;
  let shortLimitFixture: SandboxFixture;
  before(async () => {
    defaultFixture = await startSandboxFixture();
    shortLimitFixture = await startSandboxFixture({ stallMs: 300 });
  });
  after(async () => {
    await Promise.all([defaultFixture.stop(), shortLimitFixture.stop()]);
  });

  rows.forEach(({ name, action, times, isStall, failure }, index) => {
    const expectation = failure ? `fails with ${failure}, and succeeds later,` : 'succeeds';
    it(`${expectation} when the HEAD request of a key gets: ${name}`, async () => {
      const fixture = isStall === true ? shortLimitFixture : defaultFixture;
      const session = fixture.openSession();
      const manager = fixture.createManager({
        sizing: { singlePutMax: partBytes, maxPartBytes: partBytes },
        storageFolder: path.join(fixture.folder, `batch-${index}`),
        session,
      });
      const { faults } = fixture.sandbox;
      const fault = faults.add({ operation: 'HeadObject', times }, action);
      const files = await Promise.all(
        batch.map(([file, size]) => fixture.file(`${index}-${file}`, size)),
      );
      const items = files.map((source): UploadItem => {
        const key = fixture.key(source.name);
        return {
          id: key,
          path: source.uri,
          sourceUri: source.uri,
          name: source.name,
          key,
          size: source.bytes.length,
          source: () => Promise.resolve(source),
        };
      });
      const outcomes = await upload(manager, session, items);
      assert.ok(fault.applied > 0, 'the fault was applied');
      faults.all.splice(faults.all.indexOf(fault), 1);
      for (const [at, outcome] of outcomes.entries()) {
        const { bytes, name: file } = files[at]!;
        if (failure === undefined) {
          assert.equal(outcome.kind, 'uploaded', `${file}: ${inspect(outcome)}`);
          const stored = await fixture.sandbox.objects.read(fixture.key(file));
          assert.ok(stored.equals(bytes), `${file}: bytes are equal`);
        } else if (outcome.kind === 'failed') {
          assert.equal((outcome.error as { code?: unknown }).code, failure);
          assert.ok(!fixture.sandbox.objects.exists(fixture.key(file)), 'nothing is stored');
        } else {
          assert.equal(outcome.kind, 'notStarted');
        }
      }
      const again = await upload(
        manager,
        session,
        items.filter((_, at) => outcomes[at]?.kind !== 'uploaded'),
      );
      assert.ok(
        again.every(({ kind }) => kind === 'uploaded'),
        'the same upload succeeds when the fault is over',
      );
    });
  });

  async function upload(
    manager: TransferManager,
    session: ReturnType<SandboxFixture['openSession']>,
    items: readonly UploadItem[],
  ): Promise<readonly UploadOutcome[]> {
    const { signal } = new AbortController();
    const service = new UploadService({
      accounts: { current: { id: 'a' } },
      session,
      transferServices: { get: () => Promise.resolve({ manager }) },
      log: silentLog,
    } as never);
    return service.upload(items, { location: await session.current(signal), signal });
  }
});
