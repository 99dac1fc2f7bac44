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
import { startSandboxFixture, type SandboxFixture } from './sandboxFixture';

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
/** Changed in three locations: four stretches are copied. */
const next = Buffer.from(base);
for (const at of [14_000, 30_000, 45_000]) {
  noise(`new ${at}`, 500).copy(next, at);
}

async function startDeltaFixture(stallMs?: number): Promise<SandboxFixture> {
  const fixture = await startSandboxFixture(stallMs === undefined ? {} : { stallMs });
  fixture.sandbox.settings.minPartBytes = deltaSizes.minPartBytes;
  return fixture;
}

function createManager(fixture: SandboxFixture, storageFolder: string): TransferManager {
  return fixture.createManager({
    deltaSizes,
    storageFolder,
    sizing: { singlePutMax: 8192, maxPartBytes: 8192 },
    // Has its own session: otherwise a token that expires in one case would expire in all of them.
    session: fixture.openSession(),
  });
}

/** An object key, and the manager that uploads first the base and then the changed file to it. */
class Pair {
  readonly manager: TransferManager;
  readonly key: string;
  /** A new file for each upload, because the index of the previous one may still be computed in the background. */
  file = '';
  #uploads = 0;
  readonly folder: string;

  constructor(
    private readonly fixture: SandboxFixture,
    private readonly name: string,
    manager?: TransferManager,
  ) {
    this.key = fixture.key(name);
    this.folder = path.join(fixture.folder, `${name}.store`);
    this.manager = manager ?? createManager(fixture, this.folder);
  }

  upload(bytes: Buffer, change: Partial<Source> = {}): Promise<UploadResult> {
    return this.#write(bytes).then(() => this.uploadAgain(change));
  }

  /** Uploads the last file, once more. */
  uploadAgain(change: Partial<Source> = {}): Promise<UploadResult> {
    const source = { ...fileSource(this.file), ...change };
    const { key } = this;
    return this.manager.upload({ accountId: 'a', source, key, overwrite: true }, { signal });
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#uploads += 1;
    this.file = path.join(this.fixture.folder, `${this.name}.${this.#uploads}`);
    await writeFile(this.file, bytes);
  }

  async assertStored(bytes: Buffer): Promise<void> {
    assert.ok((await this.fixture.sandbox.objects.read(this.key)).equals(bytes), 'bytes are equal');
  }

  assertNoPartsLeft(): void {
    const left = this.fixture.sandbox.uploads.list(this.key).filter(({ parts }) => parts.size > 0);
    assert.equal(left.length, 0, 'no parts are left');
  }

  /** Waits for the index that the first upload writes in the background. */
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

type Target = 'first copy' | 'middle copy' | 'last copy' | 'Complete';
const copies: readonly Target[] = ['first copy', 'middle copy', 'last copy'];
const targets: readonly Target[] = [...copies, 'Complete'];

/** The expected outcome; after an error the base object must be unchanged. */
type Outcome = 'delta' | 'whole' | 'whole, not verified' | ErrorCode;

const permanent = { times: Infinity, targets: copies, outcome: 'whole' } as const;
const errorDocument = '<?xml version="1.0"?><Error><Code>InternalError</Code></Error>';

interface Row extends FaultRow<Target, Outcome> {
  readonly outcome: Outcome;
}

const rows: readonly Row[] = [
  { name: 'connection reset', action: { kind: 'reset' }, outcome: 'delta' },
  { name: 'no response', isStall: true, action: { kind: 'stall' }, outcome: 'delta' },
  {
    name: 'response after the time limit',
    isStall: true,
    action: { kind: 'delay', ms: 1500 },
    outcome: 'delta',
  },
  { name: 'truncated response', action: { kind: 'truncateResponse' }, outcome: 'delta' },
  {
    name: 'response lost after the request was processed',
    action: { kind: 'loseResponse' },
    outcome: 'delta',
  },
  { name: '500 twice', action: refusal(500, 'InternalError'), times: 2, outcome: 'delta' },
  { name: '429 twice', action: refusal(429, 'TooManyRequests'), times: 2, outcome: 'delta' },
  {
    name: '503 with Retry-After',
    action: refusal(503, 'ServiceUnavailable', { retryAfterSeconds: 1 }),
    outcome: 'delta',
  },
  {
    name: '200 with an error document',
    action: { kind: 'respond', status: 200, body: errorDocument },
    outcome: 'delta',
  },
  { name: 'token expires once', action: { kind: 'expireToken' }, outcome: 'delta' },
  { name: 'token expires twice', action: { kind: 'expireToken' }, times: 2, outcome: 'delta' },
  { name: 'permanent 500', action: refusal(500, 'InternalError'), ...permanent },
  { name: 'never a response', isStall: true, action: { kind: 'stall' }, ...permanent },
  {
    name: 'permanent 200 with an error document',
    action: { kind: 'respond', status: 200, body: errorDocument },
    ...permanent,
  },
  { name: 'no permission to read the base', action: refusal(403, 'AccessDenied'), ...permanent },
  { name: 'base deleted', action: refusal(404, 'NoSuchKey'), ...permanent },
  { name: 'base is a delete marker', action: refusal(400, 'InvalidArgument'), ...permanent },
  { name: 'base replaced', action: refusal(412, 'PreconditionFailed'), ...permanent },
  { name: 'base archived', action: refusal(403, 'InvalidObjectState'), ...permanent },
  { name: 'base is appendable', action: refusal(409, 'ObjectNotAppendable'), ...permanent },
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
    name: 'Complete denied',
    action: refusal(403, 'AccessDenied'),
    times: Infinity,
    targets: ['Complete'],
    outcome: 'oss.accessDenied',
  },
  {
    name: 'permanent 500 for Complete',
    action: refusal(500, 'InternalError'),
    times: Infinity,
    targets: ['Complete'],
    outcome: 'oss.serverFault',
  },
  ...['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'].map((code): Row => ({
    name: `Complete rejected with ${code}`,
    action: refusal(400, code),
    targets: ['Complete'],
    outcome: 'whole',
  })),
  {
    name: 'wrong CRC-64 from Complete',
    action: { kind: 'crc', value: 'wrong' },
    targets: ['Complete'],
    outcome: 'whole',
  },
  {
    name: 'no CRC-64 from Complete',
    action: { kind: 'crc', value: 'missing' },
    targets: ['Complete'],
    outcome: 'delta',
  },
];

const expectations: Readonly<Partial<Record<Outcome, string>>> = {
  delta: 'still sends only the changes',
  whole: 'sends the whole file',
};

function expectationOf(outcome: Outcome): string {
  return expectations[outcome] ?? `fails with ${outcome}`;
}

describe('A delta upload', () => {
  let defaultFixture: SandboxFixture;
  let shortLimitFixture: SandboxFixture;
  /** Numbers of the parts that are copied. */
  let copied: readonly number[];
  let count = 0;

  before(async () => {
    defaultFixture = await startDeltaFixture();
    shortLimitFixture = await startDeltaFixture(600);
    const pair = new Pair(defaultFixture, 'first.jar');
    await pair.upload(base);
    const result = await pair.upload(next);
    assert.ok(result.sentBytes < 20_000, `${result.sentBytes} bytes are sent`);
    const log = defaultFixture.sandbox.requestLog.select({ operation: 'UploadPartCopy' });
    copied = log.map(({ partNumber = 0 }) => partNumber).toSorted((a, b) => a - b);
    assert.ok(copied.length >= 3);
  });
  after(() => Promise.all([defaultFixture.stop(), shortLimitFixture.stop()]));

  const requestsOf = (target: Target): FaultMatch =>
    target === 'Complete'
      ? { operation: 'CompleteMultipartUpload' }
      : {
          operation: 'UploadPartCopy',
          partNumber: copied.at([0, 1, -1][copies.indexOf(target)]!)!,
        };

  for (const row of rows) {
    it(`${expectationOf(row.outcome)} after: ${row.name}`, async () => {
      count += 1;
      await Promise.all(
        (row.targets ?? targets).map(async (target) => {
          await runWithFault(row, target, `${count}-${targets.indexOf(target)}.jar`);
        }),
      );
    });
  }

  async function runWithFault(row: Row, target: Target, name: string): Promise<void> {
    const { outcome } = row;
    const fixture = row.isStall === true ? shortLimitFixture : defaultFixture;
    const pair = new Pair(fixture, name);
    await pair.upload(base);
    const { faults } = fixture.sandbox;
    const match = { ...requestsOf(target), key: pair.key, times: row.times ?? 1 };
    const fault = faults.add(match, row.action);
    await assertOutcome(pair, outcome, target);
    assert.ok(fault.applied > 0, `${target}: the fault was applied`);
    faults.all.splice(faults.all.indexOf(fault), 1);
    if (outcome.includes('.')) {
      assert.equal((await pair.uploadAgain()).verified, true);
      await pair.assertStored(next);
    }
    // Whatever happened before, the next upload must be correct.
    const last = Buffer.concat([next, noise(name, 100)]);
    assert.equal((await pair.upload(last)).verified, true);
    await pair.assertStored(last);
    pair.assertNoPartsLeft();
  }

  async function assertOutcome(pair: Pair, outcome: Outcome, target: string): Promise<void> {
    if (outcome !== 'delta' && !outcome.startsWith('whole')) {
      await failure(() => pair.upload(next), outcome as ErrorCode);
      await pair.assertStored(base);
      return;
    }
    const result = await pair.upload(next);
    await pair.assertStored(next);
    assert.equal(result.sentBytes < next.length, outcome === 'delta', `${target}: ${outcome}`);
    assert.equal(result.verified, outcome !== 'whole, not verified');
    pair.assertNoPartsLeft();
  }

  for (const [target, index] of copies.map((each, n) => [each, n] as const)) {
    it(`sends the whole file when the server ignores the range of the ${target}`, async () => {
      const pair = new Pair(defaultFixture, `range-${index}.jar`);
      await pair.upload(base);
      const { uploadPartCopy } = defaultFixture.oss;
      const ignoringRange: typeof uploadPartCopy = (destination, request, stop) =>
        uploadPartCopy(
          destination,
          request.partNumber === copied.at([0, 1, -1][index]!)
            ? { ...request, start: 0, length: base.length }
            : request,
          stop,
        );
      Object.assign(defaultFixture.oss, { uploadPartCopy: ignoringRange });
      try {
        await assertOutcome(pair, 'whole', target);
      } finally {
        Object.assign(defaultFixture.oss, { uploadPartCopy });
      }
    });
  }

  it('sends the whole file, and stops copying parts, when the policy denies reading and listing', async () => {
    const fixture = await startDeltaFixture();
    try {
      const pair = new Pair(fixture, 'denied.jar');
      await pair.upload(base);
      fixture.sandbox.settings.denied = new Set(['GetObject', 'ListParts', 'HeadObject']);
      await assertOutcome(pair, 'whole', 'denied');
      const attempts = fixture.sandbox.requestLog.count({ operation: 'UploadPartCopy' });
      await pair.upload(base);
      assert.equal(fixture.sandbox.requestLog.count({ operation: 'UploadPartCopy' }), attempts);
    } finally {
      await fixture.stop();
    }
  });

  it('sends the whole file when the base is archived, or is replaced after the check', async () => {
    const archived = new Pair(defaultFixture, 'archived.jar');
    await archived.upload(base);
    defaultFixture.sandbox.settings.archived = new Set([archived.key]);
    await assertOutcome(archived, 'whole', 'archived');
    defaultFixture.sandbox.settings.archived = new Set();

    const replaced = new Pair(defaultFixture, 'replaced.jar');
    const other = new Pair(defaultFixture, 'other.jar');
    await replaced.upload(base);
    await other.upload(base);
    const { faults } = defaultFixture.sandbox;
    const delay = faults.add(
      { operation: 'InitiateMultipartUpload', key: replaced.key },
      { kind: 'delay', ms: 500 },
    );
    const uploading = assertOutcome(replaced, 'whole', 'replaced');
    while (delay.applied === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const theirs = await defaultFixture.file('theirs.jar', 5000);
    const { key } = replaced;
    await other.manager.upload(
      { accountId: 'a', source: theirs, key, overwrite: true },
      { signal },
    );
    await uploading;
  });

  it('sends the whole file unverified when the server has no CRC-64 of multipart objects', async () => {
    const fixture = await startDeltaFixture();
    try {
      const pair = new Pair(fixture, 'plain.jar');
      await pair.upload(base);
      fixture.sandbox.settings.crc64OfMultipart = false;
      await assertOutcome(pair, 'whole, not verified', 'Complete');
      const attempts = fixture.sandbox.requestLog.count({ operation: 'UploadPartCopy' });
      await pair.upload(base);
      assert.equal(fixture.sandbox.requestLog.count({ operation: 'UploadPartCopy' }), attempts);
    } finally {
      await fixture.stop();
    }
  });

  for (const [what, change] of [
    ['is damaged', (text: string) => text.slice(10)],
    ['has another version', (text: string) => text.replace('"version":1', '"version":9')],
    ['has wrong digests', (text: string) => text.replaceAll(/[A-Za-z]{5}/g, 'AAAAA')],
    [
      'has its chunks in the wrong order',
      (text: string) => {
        const stored = JSON.parse(text) as { chunks: unknown[] };
        return JSON.stringify({ ...stored, chunks: stored.chunks.toReversed() });
      },
    ],
  ] as const) {
    it(`sends the whole file when its index ${what}`, async () => {
      const pair = new Pair(defaultFixture, `${what}.jar`);
      await pair.upload(base);
      const file = await pair.indexFile();
      await writeFile(file, change(await readFile(file, 'utf8')));
      await assertOutcome(pair, 'whole', what);
    });
  }

  it('fails when the file changes while the delta is planned', async () => {
    const pair = new Pair(defaultFixture, 'changes.jar');
    await pair.upload(base);
    const open: Source['open'] = async () => {
      const source = await fileSource(pair.file).open();
      let isChanged = false;
      return {
        size: source.size,
        mtimeMs: source.mtimeMs,
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
    pair.assertNoPartsLeft();
  });

  it('reproduces every byte for random pairs of base and changed file', async function () {
    // All 2,000 take minutes of CPU time: see CONTRIBUTING.md.
    const count = Number(process.env.DELTA_PAIRS ?? 250);
    this.timeout(600_000);
    const fixture = await startDeltaFixture();
    const manager = createManager(fixture, path.join(fixture.folder, 'store'));
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
          const pair = new Pair(fixture, `${nameOf((number += 1))}.jar`, manager);
          await pair.upload(before);
          const result = await pair.upload(after);
          await pair.assertStored(after);
          assert.equal(result.verified, true);
          assert.equal(result.isIdentical === true, before.equals(after));
          pair.assertNoPartsLeft();
          deltas += result.sentBytes < after.length ? 1 : 0;
          sent += result.sentBytes;
          total += after.length;
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
    } finally {
      await fixture.stop();
    }
    console.log(`      ${deltas} of ${count} were deltas; ${sent} of ${total} bytes were sent`);
    assert.ok(deltas > count / 2, `${deltas} deltas`);
  });
});

/** Letters only: names that differ in digits would count as versions of the same package. */
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
      at,
      length: lengthOfChange,
    }),
    fc.record({
      kind: fc.constantFrom('move' as const, 'repeat' as const),
      at,
      to: at,
      length: lengthOfChange,
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
