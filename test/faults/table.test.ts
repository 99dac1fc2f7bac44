import assert from 'node:assert/strict';
import path from 'node:path';
import { hasCode } from '../../src/core/errors/catalogue';
import type { TransferManager, UploadResult } from '../../src/core/transfer/manager';
import type { Source } from '../../src/core/transfer/source/source';
import {
  faultRows,
  partCount,
  places,
  requestsAt,
  type FaultRow,
  type Outcome,
  type Place,
  stallMs,
} from './table';
import { startWorld, type SandboxFixture } from './world';

const partBytes = 100 * 1024;
const sizes = { singlePutMax: partBytes, maxPartBytes: partBytes };
const { signal } = new AbortController();

/** One cell of the table that is printed. */
type Cell = 'survived' | 'failed cleanly' | 'LOST';

describe('Every fault, at every place', () => {
  let patient: SandboxFixture;
  let impatient: SandboxFixture;
  const cells = new Map<string, Map<Place, Cell>>();
  before(async () => {
    patient = await startWorld();
    impatient = await startWorld({ stallMs });
  });
  after(async () => {
    await Promise.all([patient.stop(), impatient.stop()]);
    print(cells);
  });

  faultRows.forEach((row, index) => {
    it(row.name, async () => {
      const marks = new Map<Place, Cell>();
      cells.set(row.name, marks);
      const struck = (row.places ?? places).map(async (place) => {
        marks.set(place, 'LOST');
        const outcome = typeof row.outcome === 'function' ? row.outcome(place) : row.outcome;
        await strike(row, place, outcome, `${index}-${places.indexOf(place)}.jar`);
        marks.set(place, outcome.startsWith('survives') ? 'survived' : 'failed cleanly');
      });
      await Promise.all(struck);
    });
  });

  async function strike(
    row: FaultRow,
    place: Place,
    outcome: Outcome,
    name: string,
  ): Promise<void> {
    const world = row.isStall === true ? impatient : patient;
    const length = place === 'single PUT' ? partBytes - 7 : partCount * partBytes - 7;
    const source = await world.file(name, length);
    const key = world.key(name);
    const manager = world.createManager({
      sizing: sizes,
      storageFolder: path.join(world.folder, `${name}.store`),
      // Of its own, or a token that expires for one place would expire for all.
      session: world.openSession(),
    });
    const { faults } = world.sandbox;
    const fault = faults.add({ ...requestsAt(place), key, times: row.times ?? 1 }, row.action);
    await assertOutcome(world, manager, source, key, outcome);
    assert.ok(fault.played > 0, `${place}: the fault was played`);
    faults.all.splice(faults.all.indexOf(fault), 1);
    if (!outcome.startsWith('survives')) {
      await assertCanGoOn(world, manager, source, key);
    }
    assertNothingLeft(world, key);
  }

  function upload(manager: TransferManager, source: Source, key: string): Promise<UploadResult> {
    return manager.upload({ accountId: 'a', source, key, overwrite: false }, { signal });
  }

  async function assertOutcome(
    world: SandboxFixture,
    manager: TransferManager,
    source: Source & { readonly bytes: Buffer },
    key: string,
    outcome: Outcome,
  ): Promise<void> {
    if (outcome === 'survives' || outcome === 'survives unverified') {
      const result = await upload(manager, source, key);
      assert.ok((await world.sandbox.objects.read(key)).equals(source.bytes), 'bytes are equal');
      assert.equal(result.verified, outcome === 'survives');
      return;
    }
    await assert.rejects(upload(manager, source, key), (error) => {
      assert.ok(hasCode(error), String(error));
      assert.equal(error.code, outcome);
      return true;
    });
    assert.ok(!world.sandbox.objects.exists(key), 'nothing stands');
    assert.equal(manager.transfers[0]?.error?.code, outcome);
  }

  /** When the fault is over, the same upload succeeds, from where it was. */
  async function assertCanGoOn(
    world: SandboxFixture,
    manager: TransferManager,
    source: Source & { readonly bytes: Buffer },
    key: string,
  ): Promise<void> {
    assert.equal((await upload(manager, source, key)).verified, true);
    assert.ok((await world.sandbox.objects.read(key)).equals(source.bytes), 'bytes are equal');
  }

  /** An upload without parts, whose id never reached us, takes no space. */
  function assertNothingLeft(world: SandboxFixture, key: string): void {
    const left = world.sandbox.uploads.list(key).filter(({ parts }) => parts.size > 0);
    assert.equal(left.length, 0, 'no parts are left');
  }
});

function print(cells: ReadonlyMap<string, ReadonlyMap<Place, Cell>>): void {
  const width = Math.max(...[...cells.keys()].map(({ length }) => length));
  const columns = places.map((place) => place.padEnd(15)).join('');
  console.log(`\n  ${'fault'.padEnd(width)}  ${columns}`);
  const counts = { survived: 0, 'failed cleanly': 0, LOST: 0 };
  for (const [name, row] of cells) {
    const marks = places.map((place) => (row.get(place) ?? '').padEnd(15)).join('');
    console.log(`  ${name.padEnd(width)}  ${marks}`);
    row.forEach((cell) => (counts[cell] += 1));
  }
  const { survived, 'failed cleanly': failed, LOST: lost } = counts;
  const tried = survived + failed + lost;
  console.log(`\n  ${tried} tried, ${survived} survived, ${failed} failed cleanly, ${lost} lost\n`);
}
