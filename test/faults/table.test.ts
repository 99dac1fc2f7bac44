import assert from 'node:assert/strict';
import path from 'node:path';
import { hasCode } from '../../src/core/errors/catalogue';
import type { TransferManager, UploadResult } from '../../src/core/transfer/manager';
import type { Source } from '../../src/core/transfer/source/source';
import {
  faultRows,
  partCount,
  targets,
  requestsOf,
  type FaultRow,
  type Outcome,
  type Target,
  stallMs,
} from './table';
import { startSandboxFixture, type SandboxFixture } from './sandboxFixture';

const partBytes = 100 * 1024;
const sizes = { singlePutMax: partBytes, maxPartBytes: partBytes };
const { signal } = new AbortController();

/** One cell of the table that is printed. */
type Cell = 'succeeded' | 'failed cleanly' | 'LOST';

function expectationOf(row: FaultRow): string {
  const { outcome } = row;
  const outcomes = (row.targets ?? targets).map((target) =>
    typeof outcome === 'function' ? outcome(target) : outcome,
  );
  return [...new Set(outcomes)]
    .map((each) => (each.startsWith('succeeds') ? each : `fails with ${each}`))
    .join(' or ');
}

describe('An upload with a fault in any request', () => {
  let defaultFixture: SandboxFixture;
  let shortLimitFixture: SandboxFixture;
  const cells = new Map<string, Map<Target, Cell>>();
  before(async () => {
    defaultFixture = await startSandboxFixture();
    shortLimitFixture = await startSandboxFixture({ stallMs });
  });
  after(async () => {
    await Promise.all([defaultFixture.stop(), shortLimitFixture.stop()]);
    print(cells);
  });

  faultRows.forEach((row, index) => {
    it(`${expectationOf(row)} after: ${row.name}`, async () => {
      const marks = new Map<Target, Cell>();
      cells.set(row.name, marks);
      const runs = (row.targets ?? targets).map(async (target) => {
        marks.set(target, 'LOST');
        const outcome = typeof row.outcome === 'function' ? row.outcome(target) : row.outcome;
        await runWithFault(row, target, outcome, `${index}-${targets.indexOf(target)}.jar`);
        marks.set(target, outcome.startsWith('succeeds') ? 'succeeded' : 'failed cleanly');
      });
      await Promise.all(runs);
    });
  });

  async function runWithFault(
    row: FaultRow,
    target: Target,
    outcome: Outcome,
    name: string,
  ): Promise<void> {
    const fixture = row.isStall === true ? shortLimitFixture : defaultFixture;
    const length = target === 'single PUT' ? partBytes - 7 : partCount * partBytes - 7;
    const source = await fixture.file(name, length);
    const key = fixture.key(name);
    const manager = fixture.createManager({
      sizing: sizes,
      storageFolder: path.join(fixture.folder, `${name}.store`),
      // Has its own session: otherwise a token that expires in one case would expire in all of them.
      session: fixture.openSession(),
    });
    const { faults } = fixture.sandbox;
    const fault = faults.add({ ...requestsOf(target), key, times: row.times ?? 1 }, row.action);
    await assertOutcome(fixture, manager, source, key, outcome);
    assert.ok(fault.applied > 0, `${target}: the fault was applied`);
    faults.all.splice(faults.all.indexOf(fault), 1);
    if (!outcome.startsWith('succeeds')) {
      await assertSucceedsLater(fixture, manager, source, key);
    }
    assertNoPartsLeft(fixture, key);
  }

  function upload(manager: TransferManager, source: Source, key: string): Promise<UploadResult> {
    return manager.upload({ accountId: 'a', source, key, overwrite: false }, { signal });
  }

  async function assertOutcome(
    fixture: SandboxFixture,
    manager: TransferManager,
    source: Source & { readonly bytes: Buffer },
    key: string,
    outcome: Outcome,
  ): Promise<void> {
    if (outcome === 'succeeds' || outcome === 'succeeds unverified') {
      const result = await upload(manager, source, key);
      assert.ok((await fixture.sandbox.objects.read(key)).equals(source.bytes), 'bytes are equal');
      assert.equal(result.verified, outcome === 'succeeds');
      return;
    }
    await assert.rejects(upload(manager, source, key), (error) => {
      assert.ok(hasCode(error), String(error));
      assert.equal(error.code, outcome);
      return true;
    });
    assert.ok(!fixture.sandbox.objects.exists(key), 'no object exists');
    assert.equal(manager.transfers[0]?.error?.code, outcome);
  }

  /** Once the fault is over, the same upload must succeed. */
  async function assertSucceedsLater(
    fixture: SandboxFixture,
    manager: TransferManager,
    source: Source & { readonly bytes: Buffer },
    key: string,
  ): Promise<void> {
    assert.equal((await upload(manager, source, key)).verified, true);
    assert.ok((await fixture.sandbox.objects.read(key)).equals(source.bytes), 'bytes are equal');
  }

  /** A multipart upload without parts takes no space: its id may have been lost with the response. */
  function assertNoPartsLeft(fixture: SandboxFixture, key: string): void {
    const left = fixture.sandbox.uploads.list(key).filter(({ parts }) => parts.size > 0);
    assert.equal(left.length, 0, 'no parts are left');
  }
});

function print(cells: ReadonlyMap<string, ReadonlyMap<Target, Cell>>): void {
  const width = Math.max(...[...cells.keys()].map(({ length }) => length));
  const columns = targets.map((target) => target.padEnd(15)).join('');
  console.log(`\n  ${'fault'.padEnd(width)}  ${columns}`);
  const counts = { succeeded: 0, 'failed cleanly': 0, LOST: 0 };
  for (const [name, row] of cells) {
    const marks = targets.map((target) => (row.get(target) ?? '').padEnd(15)).join('');
    console.log(`  ${name.padEnd(width)}  ${marks}`);
    row.forEach((cell) => (counts[cell] += 1));
  }
  const { succeeded, 'failed cleanly': failed, LOST: lost } = counts;
  const tried = succeeded + failed + lost;
  console.log(
    `\n  ${tried} tried, ${succeeded} succeeded, ${failed} failed cleanly, ${lost} lost\n`,
  );
}
