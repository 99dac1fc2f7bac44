import assert from 'node:assert/strict';
import path from 'node:path';
import { inspect } from 'node:util';
import { UploadService } from '../../src/common/upload/uploadService';
import type { UploadItem, UploadOutcome } from '../../src/common/upload/types';
import type { ErrorCode } from '../../src/core/errors/catalogue';
import type { TransferManager } from '../../src/core/transfer/manager';
import { silentLog } from '../../src/core/util/log';
import type { FaultAction } from '../sandbox';
import { startWorld, type SandboxFixture } from './world';

const partBytes = 2 * 1024 * 1024;
/** Names and sizes of a batch: the first of its bucket, one that is checked before it is sent, and one in parts. */
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
    name: '503',
    action: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    times: 3,
  },
  { name: 'reset', action: { kind: 'reset' }, times: 3 },
  { name: 'stall', action: { kind: 'stall' }, times: 3, isStall: true },
  {
    name: '403, which a credential without the right to read gets',
    action: { kind: 'error', status: 403, code: 'AccessDenied' },
    times: Infinity,
  },
  { name: 'an expired token', action: { kind: 'expireToken' }, times: 1 },
  {
    name: '500 for good',
    action: { kind: 'error', status: 500, code: 'InternalError' },
    times: Infinity,
    failure: 'oss.serverFault',
  },
];

describe('A batch of uploads whose HEAD of the key meets', () => {
  let patient: SandboxFixture;
  let impatient: SandboxFixture;
  before(async () => {
    patient = await startWorld();
    impatient = await startWorld({ stallMs: 300 });
  });
  after(async () => {
    await Promise.all([patient.stop(), impatient.stop()]);
  });

  rows.forEach(({ name, action, times, isStall, failure }, index) => {
    it(name, async () => {
      const world = isStall === true ? impatient : patient;
      const session = world.openSession();
      const manager = world.createManager({
        sizing: { singlePutMax: partBytes, maxPartBytes: partBytes },
        storageFolder: path.join(world.folder, `batch-${index}`),
        session,
      });
      const { faults } = world.sandbox;
      const fault = faults.add({ operation: 'HeadObject', times }, action);
      const files = await Promise.all(
        batch.map(([file, size]) => world.file(`${index}-${file}`, size)),
      );
      const items = files.map((source): UploadItem => {
        const key = world.key(source.name);
        return {
          ...{ id: key, path: source.uri, sourceUri: source.uri, name: source.name, key },
          size: source.bytes.length,
          source: () => Promise.resolve(source),
        };
      });
      const outcomes = await upload(manager, session, items);
      assert.ok(fault.played > 0, 'the fault was played');
      faults.all.splice(faults.all.indexOf(fault), 1);
      for (const [at, outcome] of outcomes.entries()) {
        const { bytes, name: file } = files[at]!;
        if (failure === undefined) {
          assert.equal(outcome.kind, 'uploaded', `${file}: ${inspect(outcome)}`);
          const stored = await world.sandbox.objects.read(world.key(file));
          assert.ok(stored.equals(bytes), `${file}: bytes are equal`);
        } else if (outcome.kind === 'failed') {
          assert.equal((outcome.error as { code?: unknown }).code, failure);
          assert.ok(!world.sandbox.objects.exists(world.key(file)), 'nothing is stored');
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
