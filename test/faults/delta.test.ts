import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import type { ErrorCode } from '../../src/core/errors/catalogue';
import type { TransferManager, UploadResult } from '../../src/core/transfer/manager';
import type { DeltaSizes } from '../../src/core/transfer/delta/deltaUploads';
import { fileSource } from '../../src/core/transfer/source/fileSource';
import type { Source } from '../../src/core/transfer/source/source';
import type { FaultMatch } from '../sandbox';
import { failure } from '../unit/support/coded';
import { refusal, type FaultRow } from './table';
import { startWorld, type SandboxFixture } from './world';

const deltaSizes: DeltaSizes = {
  minFileBytes: 1,
  averageBytes: () => 1024,
  minPartBytes: 512,
};
const { signal } = new AbortController();

/** Bytes without a pattern, the same for the same seed. */
function noise(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: Math.max(1, length) })
    .update(seed)
    .digest()
    .subarray(0, length);
}

const base = noise('base', 60_000);
/** Changed in three places: four stretches are copied. */
const next = Buffer.from(base);
for (const at of [14_000, 30_000, 45_000]) {
  noise(`new ${at}`, 500).copy(next, at);
}

async function startDeltaWorld(stallMs?: number): Promise<SandboxFixture> {
  const world = await startWorld(stallMs === undefined ? {} : { stallMs });
  world.sandbox.settings.minPartBytes = deltaSizes.minPartBytes;
  return world;
}

function createManager(world: SandboxFixture, storageFolder: string): TransferManager {
  return world.createManager({
    ...{ deltaSizes, storageFolder },
    sizing: { singlePutMax: 8192, maxPartBytes: 8192 },
    // Of its own, or a token that expires for one would expire for all.
    session: world.openSession(),
  });
}

/** A key with the base object, and the manager that has uploaded it. */
class Pair {
  readonly manager: TransferManager;
  readonly key: string;
  /** Another one for each upload: the index is made in the background. */
  file = '';
  #uploads = 0;
  readonly folder: string;

  constructor(
    private readonly world: SandboxFixture,
    private readonly name: string,
    manager?: TransferManager,
  ) {
    this.key = world.key(name);
    this.folder = path.join(world.folder, `${name}.store`);
    this.manager = manager ?? createManager(world, this.folder);
  }

  upload(bytes: Buffer, change: Partial<Source> = {}): Promise<UploadResult> {
    return this.#write(bytes).then(() => this.again(change));
  }

  /** Uploads the last file, once more. */
  again(change: Partial<Source> = {}): Promise<UploadResult> {
    const source = { ...fileSource(this.file), ...change };
    const { key } = this;
    return this.manager.upload({ accountId: 'a', source, key, overwrite: true }, { signal });
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#uploads += 1;
    this.file = path.join(this.world.folder, `${this.name}.${this.#uploads}`);
    await writeFile(this.file, bytes);
  }

  async assertStored(bytes: Buffer): Promise<void> {
    assert.ok((await this.world.sandbox.objects.read(this.key)).equals(bytes), 'bytes are equal');
  }

  assertNothingLeft(): void {
    const left = this.world.sandbox.uploads.list(this.key).filter(({ parts }) => parts.size > 0);
    assert.equal(left.length, 0, 'no parts are left');
  }

  /** The index that the first upload has made. */
  async indexFile(): Promise<string> {
    const folder = path.join(this.folder, 'chunks');
    for (;;) {
      const name = (await readdir(folder).catch(() => [])).find((each) => each.endsWith('.json'));
      if (name !== undefined) {
        return path.join(folder, name);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

type Place = 'first copy' | 'middle copy' | 'last copy' | 'Complete';
const copies: readonly Place[] = ['first copy', 'middle copy', 'last copy'];
const places: readonly Place[] = [...copies, 'Complete'];

/** What must come of it; with an error the base object is left as it was. */
type Outcome = 'delta' | 'whole' | 'whole, not verified' | ErrorCode;

const forGood = { times: Infinity, places: copies, outcome: 'whole' } as const;
const errorDocument = '<?xml version="1.0"?><Error><Code>InternalError</Code></Error>';

type Row = FaultRow<Place, Outcome>;

const rows: readonly Row[] = [
  { name: 'reset', action: { kind: 'reset' }, outcome: 'delta' },
  { name: 'stall', isStall: true, action: { kind: 'stall' }, outcome: 'delta' },
  {
    name: 'slow, the work done',
    isStall: true,
    action: { kind: 'delay', ms: 1500 },
    outcome: 'delta',
  },
  { name: 'half an answer', action: { kind: 'halfAnswer' }, outcome: 'delta' },
  { name: 'answer lost', action: { kind: 'loseAnswer' }, outcome: 'delta' },
  { name: '500 twice', action: refusal(500, 'InternalError'), times: 2, outcome: 'delta' },
  { name: '429', action: refusal(429, 'TooManyRequests'), times: 2, outcome: 'delta' },
  {
    name: '503 with Retry-After',
    action: refusal(503, 'ServiceUnavailable', { retryAfterSeconds: 1 }),
    outcome: 'delta',
  },
  {
    name: '200 with an error in it',
    action: { kind: 'answer', status: 200, body: errorDocument },
    outcome: 'delta',
  },
  { name: 'token expires', action: { kind: 'expireToken' }, outcome: 'delta' },
  { name: 'token expires twice', action: { kind: 'expireToken' }, times: 2, outcome: 'delta' },
  { name: '500 for good', action: refusal(500, 'InternalError'), ...forGood },
  { name: 'stall for good', isStall: true, action: { kind: 'stall' }, ...forGood },
  {
    name: '200 with an error in it, for good',
    action: { kind: 'answer', status: 200, body: errorDocument },
    ...forGood,
  },
  { name: 'no right to read', action: refusal(403, 'AccessDenied'), ...forGood },
  { name: 'base gone, or a delete marker', action: refusal(404, 'NoSuchKey'), ...forGood },
  { name: 'a delete marker is named', action: refusal(400, 'InvalidArgument'), ...forGood },
  { name: 'base replaced', action: refusal(412, 'PreconditionFailed'), ...forGood },
  { name: 'base archived', action: refusal(403, 'InvalidObjectState'), ...forGood },
  { name: 'base appendable', action: refusal(409, 'ObjectNotAppendable'), ...forGood },
  {
    name: 'NoSuchBucket',
    action: refusal(404, 'NoSuchBucket'),
    times: Infinity,
    outcome: 'oss.noSuchBucket',
  },
  {
    name: 'NoSuchUpload',
    action: refusal(404, 'NoSuchUpload'),
    times: Infinity,
    outcome: 'oss.noSuchUpload',
  },
  {
    name: 'Complete is denied',
    action: refusal(403, 'AccessDenied'),
    ...{ times: Infinity, places: ['Complete'], outcome: 'oss.accessDenied' },
  },
  {
    name: 'Complete fails for good',
    action: refusal(500, 'InternalError'),
    ...{ times: Infinity, places: ['Complete'], outcome: 'oss.serverFault' },
  },
  ...['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'].map((code): Row => ({
    name: `Complete says ${code}`,
    action: refusal(400, code),
    ...{ places: ['Complete'], outcome: 'whole' },
  })),
  {
    name: 'wrong CRC-64',
    action: { kind: 'crc', value: 'wrong' },
    ...{ places: ['Complete'], outcome: 'whole' },
  },
  {
    name: 'no CRC-64 at Complete',
    action: { kind: 'crc', value: 'missing' },
    ...{ places: ['Complete'], outcome: 'delta' },
  },
];

describe('A delta upload', () => {
  let patient: SandboxFixture;
  let impatient: SandboxFixture;
  /** Numbers of the parts that are copied. */
  let copied: readonly number[];
  let count = 0;

  before(async () => {
    patient = await startDeltaWorld();
    impatient = await startDeltaWorld(600);
    const pair = new Pair(patient, 'first.jar');
    await pair.upload(base);
    const result = await pair.upload(next);
    assert.ok(result.sentBytes < 20_000, `${result.sentBytes} bytes are sent`);
    const log = patient.sandbox.requestLog.select({ operation: 'UploadPartCopy' });
    copied = log.map(({ partNumber = 0 }) => partNumber).toSorted((a, b) => a - b);
    assert.ok(copied.length >= 3);
  });
  after(() => Promise.all([patient.stop(), impatient.stop()]));

  const requestsAt = (place: Place): FaultMatch =>
    place === 'Complete'
      ? { operation: 'CompleteMultipartUpload' }
      : { operation: 'UploadPartCopy', partNumber: copied.at([0, 1, -1][copies.indexOf(place)]!)! };

  for (const row of rows) {
    it(`meets ${row.name}`, async () => {
      count += 1;
      await Promise.all(
        (row.places ?? places).map(async (place) => {
          const outcome = typeof row.outcome === 'function' ? row.outcome(place) : row.outcome;
          await strike(row, place, outcome, `${count}-${places.indexOf(place)}.jar`);
        }),
      );
    });
  }

  async function strike(row: Row, place: Place, outcome: Outcome, name: string): Promise<void> {
    const world = row.isStall === true ? impatient : patient;
    const pair = new Pair(world, name);
    await pair.upload(base);
    const { faults } = world.sandbox;
    const match = { ...requestsAt(place), key: pair.key, times: row.times ?? 1 };
    const fault = faults.add(match, row.action);
    await assertOutcome(pair, outcome, place);
    assert.ok(fault.played > 0, `${place}: the fault was played`);
    faults.all.splice(faults.all.indexOf(fault), 1);
    if (outcome.includes('.')) {
      assert.equal((await pair.again()).verified, true);
      await pair.assertStored(next);
    }
    // Whatever has happened, the next upload is right.
    const last = Buffer.concat([next, noise(name, 100)]);
    assert.equal((await pair.upload(last)).verified, true);
    await pair.assertStored(last);
    pair.assertNothingLeft();
  }

  async function assertOutcome(pair: Pair, outcome: Outcome, place: string): Promise<void> {
    if (outcome !== 'delta' && !outcome.startsWith('whole')) {
      await failure(() => pair.upload(next), outcome as ErrorCode);
      await pair.assertStored(base);
      return;
    }
    const result = await pair.upload(next);
    await pair.assertStored(next);
    assert.equal(result.sentBytes < next.length, outcome === 'delta', `${place}: ${outcome}`);
    assert.equal(result.verified, outcome !== 'whole, not verified');
    pair.assertNothingLeft();
  }

  for (const [place, index] of copies.map((each, n) => [each, n] as const)) {
    it(`meets a server that ignores the range of the ${place}`, async () => {
      const pair = new Pair(patient, `range-${index}.jar`);
      await pair.upload(base);
      const { uploadPartCopy } = patient.oss;
      const ignoringRange: typeof uploadPartCopy = (target, request, stop) =>
        uploadPartCopy(
          target,
          request.partNumber === copied.at([0, 1, -1][index]!)
            ? { ...request, start: 0, length: base.length }
            : request,
          stop,
        );
      Object.assign(patient.oss, { uploadPartCopy: ignoringRange });
      try {
        await assertOutcome(pair, 'whole', place);
      } finally {
        Object.assign(patient.oss, { uploadPartCopy });
      }
    });
  }

  it('meets a policy that allows neither reading nor listing', async () => {
    const world = await startDeltaWorld();
    try {
      const pair = new Pair(world, 'denied.jar');
      await pair.upload(base);
      world.sandbox.settings.denied = new Set(['GetObject', 'ListParts', 'HeadObject']);
      await assertOutcome(pair, 'whole', 'denied');
      const attempts = world.sandbox.requestLog.count({ operation: 'UploadPartCopy' });
      await pair.upload(base);
      assert.equal(world.sandbox.requestLog.count({ operation: 'UploadPartCopy' }), attempts);
    } finally {
      await world.stop();
    }
  });

  it('meets a base that is archived, and one that was replaced after the check', async () => {
    const archived = new Pair(patient, 'archived.jar');
    await archived.upload(base);
    patient.sandbox.settings.archived = new Set([archived.key]);
    await assertOutcome(archived, 'whole', 'archived');
    patient.sandbox.settings.archived = new Set();

    const replaced = new Pair(patient, 'replaced.jar');
    const other = new Pair(patient, 'other.jar');
    await replaced.upload(base);
    await other.upload(base);
    const { faults } = patient.sandbox;
    const delay = faults.add(
      { operation: 'InitiateMultipartUpload', key: replaced.key },
      { kind: 'delay', ms: 500 },
    );
    const uploading = assertOutcome(replaced, 'whole', 'replaced');
    while (delay.played === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const theirs = await patient.file('theirs.jar', 5000);
    const { key } = replaced;
    await other.manager.upload(
      { accountId: 'a', source: theirs, key, overwrite: true },
      { signal },
    );
    await uploading;
  });

  it('meets a server that computes no CRC-64 of objects made of parts', async () => {
    const world = await startDeltaWorld();
    try {
      const pair = new Pair(world, 'plain.jar');
      await pair.upload(base);
      world.sandbox.settings.crc64OfMultipart = false;
      await assertOutcome(pair, 'whole, not verified', 'Complete');
      const attempts = world.sandbox.requestLog.count({ operation: 'UploadPartCopy' });
      await pair.upload(base);
      assert.equal(world.sandbox.requestLog.count({ operation: 'UploadPartCopy' }), attempts);
    } finally {
      await world.stop();
    }
  });

  for (const [what, change] of [
    ['damaged', (text: string) => text.slice(10)],
    ['of another version', (text: string) => text.replace('"version":1', '"version":9')],
    ['of other bytes', (text: string) => text.replaceAll(/[A-Za-z]{5}/g, 'AAAAA')],
    [
      'of the right digests at wrong places',
      (text: string) => {
        const stored = JSON.parse(text) as { chunks: unknown[] };
        return JSON.stringify({ ...stored, chunks: stored.chunks.toReversed() });
      },
    ],
  ] as const) {
    it(`meets an index that is ${what}`, async () => {
      const pair = new Pair(patient, `index ${what}.jar`);
      await pair.upload(base);
      const file = await pair.indexFile();
      await writeFile(file, change(await readFile(file, 'utf8')));
      await assertOutcome(pair, 'whole', what);
    });
  }

  it('meets a file that changes while it is planned', async () => {
    const pair = new Pair(patient, 'changes.jar');
    await pair.upload(base);
    const open: Source['open'] = async () => {
      const source = await fileSource(pair.file).open();
      let isChanged = false;
      return {
        ...{ size: source.size, mtimeMs: source.mtimeMs },
        verifyUnchanged: () => source.verifyUnchanged(),
        close: () => source.close(),
        read: async (buffer, position) => {
          if (!isChanged) {
            isChanged = true;
            await appendFile(pair.file, 'x');
          }
          return source.read(buffer, position);
        },
      };
    };
    await failure(() => pair.upload(next, { open }), 'source.changed');
    await pair.assertStored(base);
    pair.assertNothingLeft();
  });

  it('puts random pairs together byte for byte', async function () {
    // All 2,000 take minutes of CPU time: see CONTRIBUTING.md.
    const count = Number(process.env.DELTA_PAIRS ?? 250);
    this.timeout(600_000);
    const world = await startDeltaWorld();
    const manager = createManager(world, path.join(world.folder, 'store'));
    let deltas = 0;
    let sent = 0;
    let total = 0;
    try {
      const pairs = fc.sample(fc.record({ old: files, change: changes }), {
        numRuns: count,
        seed: 20_261_127,
      });
      let number = 0;
      const queue = pairs.values();
      const worker = async (): Promise<void> => {
        for (const { old, change } of queue) {
          const before = bytesOf(old);
          const after = applied(before, change);
          const pair = new Pair(world, `${nameOf((number += 1))}.jar`, manager);
          await pair.upload(before);
          const result = await pair.upload(after);
          await pair.assertStored(after);
          assert.equal(result.verified, true);
          assert.equal(result.isIdentical === true, before.equals(after));
          pair.assertNothingLeft();
          deltas += result.sentBytes < after.length ? 1 : 0;
          sent += result.sentBytes;
          total += after.length;
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
    } finally {
      await world.stop();
    }
    console.log(`      ${deltas} of ${count} were deltas; ${sent} of ${total} bytes were sent`);
    assert.ok(deltas > count / 2, `${deltas} deltas`);
  });
});

/** Letters only, so that no two pairs are of one name family. */
function nameOf(number: number): string {
  return number.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
}

/** A file: noise, zeros, or a period near the length of a chunk. */
interface FileKind {
  readonly kind: 'noise' | 'zeros' | 'period';
  readonly seed: number;
  readonly length: number;
}

const files: fc.Arbitrary<FileKind> = fc.record({
  kind: fc.constantFrom('noise' as const, 'noise' as const, 'noise' as const, 'zeros', 'period'),
  seed: fc.nat(),
  length: fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 3000 }) },
    { weight: 5, arbitrary: fc.integer({ min: 10_000, max: 40_000 }) },
  ),
});

type Change =
  | { readonly kind: 'insert' | 'delete' | 'replace'; readonly at: number; readonly length: number }
  | {
      readonly kind: 'move' | 'repeat';
      readonly at: number;
      readonly to: number;
      readonly length: number;
    };

const at = fc.double({ min: 0, max: 1, noNaN: true });
const lengthOfChange = fc.integer({ min: 0, max: 5000 });
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('insert' as const, 'delete' as const, 'replace' as const),
      ...{ at, length: lengthOfChange },
    }),
    fc.record({
      kind: fc.constantFrom('move' as const, 'repeat' as const),
      ...{ at, to: at, length: lengthOfChange },
    }),
  ),
  { maxLength: 4 },
);

function bytesOf({ kind, seed, length }: FileKind): Buffer {
  switch (kind) {
    case 'noise':
      return noise(String(seed), length);
    case 'zeros':
      return Buffer.alloc(length);
    case 'period': {
      const period = noise(String(seed), 900 + (seed % 300));
      return Buffer.alloc(length, period);
    }
  }
}

function applied(file: Buffer, script: readonly Change[]): Buffer {
  let bytes = file;
  for (const [index, change] of script.entries()) {
    const start = Math.floor(change.at * bytes.length);
    const middle = bytes.subarray(start, start + change.length);
    const around = [bytes.subarray(0, start), bytes.subarray(start + change.length)] as const;
    switch (change.kind) {
      case 'insert':
        bytes = Buffer.concat([
          bytes.subarray(0, start),
          noise(`insert ${index}`, change.length),
          bytes.subarray(start),
        ]);
        break;
      case 'delete':
        bytes = Buffer.concat(around);
        break;
      case 'replace':
        bytes = Buffer.concat([around[0], noise(`replace ${index}`, middle.length), around[1]]);
        break;
      case 'move':
      case 'repeat': {
        const rest = change.kind === 'move' ? Buffer.concat(around) : bytes;
        const to = Math.floor(change.to * rest.length);
        bytes = Buffer.concat([rest.subarray(0, to), middle, rest.subarray(to)]);
      }
    }
  }
  return bytes;
}
