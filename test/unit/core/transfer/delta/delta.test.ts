import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  averageChunkBytes,
  ChunkCutter,
  type Chunk,
} from '../../../../../src/core/transfer/delta/chunks';
import {
  defaultMinPartBytes,
  planDelta,
  sentBytes,
  type DeltaPart,
} from '../../../../../src/core/transfer/delta/plan';

const KiB = 1024;
const MiB = 1024 * KiB;
const average = 16 * KiB;
const limits = { partBytes: 8 * MiB, minPartBytes: defaultMinPartBytes };

describe('Cutting a file into chunks', () => {
  it('covers every byte once, however the file is split into reads', () => {
    const file = pseudoRandomBytes(1, 700 * KiB);
    const whole = chunksOf(file);
    assert.equal(totalLength(whole), file.length);
    for (const step of [1, 31, 4096, 100_003]) {
      assert.deepEqual(chunksOf(file, step), whole, `step ${step}`);
    }
  });

  it('keeps each chunk between a quarter and four times the average', () => {
    const chunks = chunksOf(pseudoRandomBytes(2, 3 * MiB));
    const mean = totalLength(chunks) / chunks.length;
    assert.ok(chunks.slice(0, -1).every(({ length }) => length >= average / 4));
    assert.ok(chunks.every(({ length }) => length <= average * 4));
    assert.ok(mean > average / 2 && mean < average * 2, `mean ${mean}`);
  });

  it('finds the same boundaries after an insertion', () => {
    const file = pseudoRandomBytes(3, 1 * MiB);
    const known = new Set(chunksOf(file).map(({ digest }) => digest));
    const changed = Buffer.concat([
      file.subarray(0, 300_000),
      pseudoRandomBytes(4, 777),
      file.subarray(300_000),
    ]);
    const lost = chunksOf(changed).filter(({ digest }) => !known.has(digest));
    assert.ok(
      totalLength(lost) <= 3 * 4 * average,
      `${totalLength(lost)} bytes are not recognized`,
    );
  });

  it('limits the chunk length in zeros and short repetitions', () => {
    for (const file of [Buffer.alloc(MiB), Buffer.alloc(MiB, 'ab')]) {
      const chunks = chunksOf(file);
      assert.equal(totalLength(chunks), MiB);
      assert.ok(chunks.every(({ length }) => length <= average * 4));
    }
  });

  it('produces no chunk for an empty file', () => {
    assert.deepEqual(chunksOf(Buffer.alloc(0)), []);
  });

  for (const [size, expected] of [
    [0, 16 * KiB],
    [100 * MiB, 16 * KiB],
    [256 * MiB, 16 * KiB],
    [256 * MiB + 1, 32 * KiB],
    [48 * 1024 * MiB, 4 * MiB],
  ] as const) {
    it(`chooses an average chunk length of ${expected} for a file of ${size} bytes`, () => {
      assert.equal(averageChunkBytes(size), expected);
    });
  }
});

describe('Planning a delta', () => {
  const base = pseudoRandomBytes(10, 6 * MiB);

  it('copies an identical file and sends nothing', () => {
    const plan = planOf(base, base);
    assert.equal(sentBytes(plan), 0);
    assert.deepEqual(plan, [{ start: 0, length: base.length, copyFrom: 0 }]);
  });

  it('sends a changed range and little around it', () => {
    const next = Buffer.from(base);
    pseudoRandomBytes(11, 50_000).copy(next, 3 * MiB);
    const plan = planOf(base, next);
    assert.ok(sentBytes(plan) <= 50_000 + 8 * average + 128 * KiB, `${sentBytes(plan)}`);
    assertReconstructs(base, next, plan);
  });

  it('copies moved ranges', () => {
    const next = Buffer.concat([base.subarray(4 * MiB), base.subarray(0, 4 * MiB)]);
    const plan = planOf(base, next);
    assert.ok(sentBytes(plan) < 512 * KiB, `${sentBytes(plan)}`);
    assertReconstructs(base, next, plan);
  });

  it('reconstructs a file with a run of identical chunks', () => {
    const zeros = Buffer.alloc(2 * MiB);
    const old = Buffer.concat([base, zeros]);
    const next = Buffer.concat([pseudoRandomBytes(12, 200 * KiB), zeros, base]);
    assertReconstructs(old, next, planOf(old, next));
  });

  it('returns no plan when less than a third would be saved', () => {
    const next = Buffer.concat([base.subarray(0, 1 * MiB), pseudoRandomBytes(13, 4 * MiB)]);
    assert.equal(planDelta(chunksOf(base), chunksOf(next), limits), undefined);
  });

  it('returns no plan for an empty file or an empty base', () => {
    assert.equal(planDelta(chunksOf(base), [], limits), undefined);
    assert.equal(planDelta([], chunksOf(base), limits), undefined);
  });

  it('splits sent ranges into equal parts of at most the part size', () => {
    const next = Buffer.concat([base, pseudoRandomBytes(14, 2 * MiB + 1)]);
    const plan = planDelta(chunksOf(base), chunksOf(next), { ...limits, partBytes: MiB });
    const sends = (plan ?? []).filter(({ copyFrom }) => copyFrom === undefined);
    assert.ok(sends.length >= 3);
    assert.ok(sends.every(({ length }) => length <= MiB && length > 500 * KiB));
  });

  it('reconstructs every edited file exactly, and only the last part is below the minimum', () => {
    const small = { ...limits, partBytes: MiB };
    fc.assert(
      fc.property(edits(), (script) => {
        const old = pseudoRandomBytes(20, 2 * MiB);
        const next = apply(old, script);
        const plan = planDelta(chunksOf(old), chunksOf(next), small);
        if (plan !== undefined) {
          assertReconstructs(old, next, plan);
        }
      }),
      { numRuns: 60 },
    );
  });
});

type Edit =
  | { readonly kind: 'insert' | 'delete' | 'replace'; readonly at: number; readonly length: number }
  | {
      readonly kind: 'repeat' | 'move';
      readonly at: number;
      readonly to: number;
      readonly length: number;
    };

function edits(): fc.Arbitrary<readonly Edit[]> {
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  const length = fc.integer({ min: 0, max: 300 * KiB });
  return fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('insert', 'delete', 'replace'), at, length }),
      fc.record({ kind: fc.constantFrom('repeat', 'move'), at, to: at, length }),
    ),
    { maxLength: 8 },
  );
}

function apply(file: Buffer, script: readonly Edit[]): Buffer {
  let bytes = file;
  for (const [index, edit] of script.entries()) {
    const at = Math.floor(edit.at * bytes.length);
    const [before, middle, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + edit.length),
      bytes.subarray(at + edit.length),
    ];
    switch (edit.kind) {
      case 'insert':
        bytes = Buffer.concat([
          before,
          pseudoRandomBytes(100 + index, edit.length),
          bytes.subarray(at),
        ]);
        break;
      case 'delete':
        bytes = Buffer.concat([before, after]);
        break;
      case 'replace':
        bytes = Buffer.concat([before, pseudoRandomBytes(200 + index, middle.length), after]);
        break;
      case 'repeat':
      case 'move': {
        const rest = edit.kind === 'move' ? Buffer.concat([before, after]) : bytes;
        const to = Math.floor(edit.to * rest.length);
        bytes = Buffer.concat([rest.subarray(0, to), middle, rest.subarray(to)]);
      }
    }
  }
  return bytes;
}

/** Asserts that the plan produces the new file, and that OSS accepts the length of every part. */
function assertReconstructs(base: Buffer, next: Buffer, plan: readonly DeltaPart[]): void {
  const parts = plan.map(({ start, length, copyFrom }) =>
    copyFrom === undefined
      ? next.subarray(start, start + length)
      : base.subarray(copyFrom, copyFrom + length),
  );
  assert.ok(Buffer.concat(parts).equals(next));
  assert.ok(plan.slice(0, -1).every(({ length }) => length > 100 * KiB));
  assert.ok(plan.every(({ length }) => length > 0));
}

function planOf(base: Buffer, next: Buffer): readonly DeltaPart[] {
  const plan = planDelta(chunksOf(base), chunksOf(next), limits);
  assert.ok(plan);
  return plan;
}

function chunksOf(file: Buffer, step = file.length || 1): readonly Chunk[] {
  const cutter = new ChunkCutter(average);
  for (let start = 0; start < file.length; start += step) {
    cutter.update(file.subarray(start, start + step));
  }
  return cutter.finish();
}

function totalLength(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** Pseudo-random bytes, the same for the same seed. */
function pseudoRandomBytes(seed: number, length: number): Buffer {
  return createHash('shake256', { outputLength: Math.max(1, length) })
    .update(String(seed))
    .digest()
    .subarray(0, length);
}
