import assert from 'node:assert/strict';
import { CodedError, hasCode } from '../../../../src/core/errors/catalogue';
import type { TransferServices } from '../../../../src/common/transferServices';
import { ConflictResolver, type ConflictAnswer } from '../../../../src/common/upload/conflicts';
import type { UploadItem, BatchOptions, UploadOutcome } from '../../../../src/common/upload/types';
import { UploadService } from '../../../../src/common/upload/uploadService';
import { transferId } from '../../../../src/core/transfer/storage/checkpoint';
import type { UploadRequest, UploadResult } from '../../../../src/core/transfer/types';
import { silentLog } from '../../../../src/core/util/log';
import { credential } from '../../support/credential';

interface Options {
  readonly overwrite?: boolean;
  readonly signal: AbortSignal;
  readonly isConflictListed?: boolean;
}

/** A bucket that forbids to overwrite, the service before it, and a person who answers. */
class UploadServiceFixture {
  readonly objects = new Map<string, string>();
  readonly questions: { names: string[]; canApplyToAll: boolean }[] = [];
  readonly answers: (ConflictAnswer | 'leave')[] = [];
  /** By source URI. */
  readonly failures = new Map<string, Error>();
  readonly interrupted = new Set<string>();
  /** IDs of the failed attempts that are listed. */
  readonly failed = new Set<string>();
  readonly discarded: string[] = [];
  requests = 0;
  running = 0;
  maxRunning = 0;
  account: { readonly id: string } | undefined = { id: 'A' };
  readonly cancelled = new AbortController();
  readonly service: UploadService;

  constructor() {
    const transfers = (): unknown => [
      ...[...this.interrupted].map((id) => ({ id, state: 'interrupted' })),
      ...[...this.failed].map((id) => ({ id, state: 'failed' })),
    ];
    const manager = {
      get transfers() {
        return transfers();
      },
      upload: ({ source, key, overwrite }: UploadRequest, options: Options) =>
        this.#put(source.uri, key, { ...options, overwrite }),
      resume: (id: string, options: Options) => this.#put(`resumed ${id}`, `p/${id}`, options),
      discard: (id: string) => Promise.resolve(void this.discarded.push(id)),
    };
    const account = (): unknown => this.account;
    this.service = new UploadService({
      accounts: {
        get current() {
          return account();
        },
      } as never,
      session: { current: () => Promise.resolve(credential()) } as never,
      transferServices: {
        get: () => Promise.resolve({ manager } as unknown as TransferServices),
      } as never,
      log: silentLog,
    });
  }

  run(...items: readonly UploadItem[]): Promise<readonly UploadOutcome[]> {
    const conflicts = new ConflictResolver((asked, canApplyToAll) => {
      this.questions.push({ names: asked.map(({ name }) => name), canApplyToAll });
      const answer = this.answers.shift() ?? assert.fail('asked more often than expected');
      return answer === 'leave'
        ? Promise.reject(new DOMException('left', 'AbortError'))
        : Promise.resolve(answer);
    }, items.length);
    return this.send(items, {
      onConflict: (item) => conflicts.resolve(item),
      onAttempted: () => conflicts.complete(),
    });
  }

  send(
    items: readonly UploadItem[],
    options: Partial<BatchOptions> = {},
  ): Promise<readonly UploadOutcome[]> {
    const { signal } = this.cancelled;
    return this.service.upload(items, { location: credential(), signal, ...options });
  }

  async #put(
    uri: string,
    key: string,
    { overwrite = false, signal, isConflictListed = true }: Options,
  ): Promise<UploadResult> {
    this.requests += 1;
    this.running += 1;
    this.maxRunning = Math.max(this.maxRunning, this.running);
    await new Promise((resolve) => setImmediate(resolve));
    this.running -= 1;
    signal.throwIfAborted();
    const failure = this.failures.get(uri);
    if (failure !== undefined) {
      throw failure;
    }
    if (this.objects.has(key) && !overwrite) {
      if (isConflictListed) {
        this.failed.add(transferId('A', key, uri));
      }
      throw new CodedError('oss.objectExists', { subject: key });
    }
    this.objects.set(key, uri);
    const proof = { etag: 'E', crc64: 0n, verified: true, requestId: 'R', sentBytes: 10 };
    return { bucket: 'b', key, size: 10, ...proof };
  }
}

function file(name: string, folder = 'target', size = 10): UploadItem {
  const path = `/${folder}/${name}`;
  return {
    ...{ id: path, path, sourceUri: path, name, size, key: `p/${name}` },
    source: () => Promise.resolve({ uri: path, name, open: () => assert.fail('not opened') }),
  };
}

const kinds = (outcomes: readonly UploadOutcome[]): string[] => outcomes.map(({ kind }) => kind);

describe('upload service', () => {
  let fixture: UploadServiceFixture;
  beforeEach(() => {
    fixture = new UploadServiceFixture();
  });
  const existing = (...names: string[]): void => {
    names.forEach((name) => fixture.objects.set(`p/${name}`, 'old'));
  };

  it('uploads each file to its key with one attempt and asks nothing when no key exists', async () => {
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['uploaded', 'uploaded']);
    assert.deepEqual([...fixture.objects.values()], ['/target/a.jar', '/target/b.jar']);
    assert.equal(fixture.requests, 2);
    assert.equal(fixture.questions.length, 0);
  });

  it('overwrites what exists when told so', async () => {
    existing('a.jar');
    fixture.answers.push('overwrite');
    assert.deepEqual(kinds(await fixture.run(file('a.jar'))), ['uploaded']);
    assert.equal(fixture.objects.get('p/a.jar'), '/target/a.jar');
    assert.deepEqual(fixture.questions, [{ names: ['a.jar'], canApplyToAll: false }]);
  });

  it('keeps both under the first free name', async () => {
    existing('a.jar', 'a (1).jar');
    fixture.answers.push('keepBoth');
    const [outcome] = await fixture.run(file('a.jar'));
    assert.equal(outcome?.kind === 'uploaded' && outcome.result.key, 'p/a (2).jar');
    assert.equal(fixture.objects.get('p/a.jar'), 'old');
    assert.equal(fixture.objects.get('p/a (1).jar'), 'old');
  });

  for (const answer of ['keepBoth', 'skip'] as const) {
    it(`lists no failure for a file whose conflict is answered with ${answer}`, async () => {
      existing('a.jar', 'a (1).jar');
      fixture.answers.push(answer);
      await fixture.run(file('a.jar'));
      assert.deepEqual([...fixture.failed], []);
    });
  }

  it('lists the failure of an upload that may not ask about an existing object', async () => {
    existing('a.jar');
    assert.deepEqual(kinds(await fixture.send([file('a.jar')])), ['failed']);
    assert.equal(fixture.failed.size, 1);
  });

  it('takes no name for Keep Both that another file of the batch has', async () => {
    existing('a.jar');
    fixture.answers.push('keepBoth');
    await fixture.run(file('a.jar'), file('a (1).jar'));
    assert.equal(fixture.objects.get('p/a (1).jar'), '/target/a (1).jar');
    assert.equal(fixture.objects.get('p/a (2).jar'), '/target/a.jar');
  });

  it('makes no key by Keep Both that OSS would refuse as too long', async () => {
    const name = `${'x'.repeat(1015)}.jar`;
    existing(name);
    fixture.answers.push('keepBoth');
    const [outcome] = await fixture.run(file(name));
    assert.ok(outcome?.kind === 'failed' && hasCode(outcome.error, 'key.tooLong'));
    assert.equal(fixture.objects.size, 1);
  });

  it('skips', async () => {
    existing('a.jar');
    fixture.answers.push('skip');
    assert.deepEqual(kinds(await fixture.run(file('a.jar'))), ['skipped']);
    assert.equal(fixture.objects.get('p/a.jar'), 'old');
  });

  it('asks once for all that exist, while the others are uploaded', async () => {
    existing('a.jar', 'b.jar');
    fixture.answers.push('overwrite');
    await fixture.run(file('a.jar'), file('b.jar'), file('c.jar'));
    assert.deepEqual(fixture.questions, [{ names: ['a.jar', 'b.jar'], canApplyToAll: true }]);
    assert.equal(fixture.objects.get('p/b.jar'), '/target/b.jar');
    assert.equal(fixture.objects.get('p/c.jar'), '/target/c.jar');
  });

  it('asks for each file when that is wanted', async () => {
    existing('a.jar', 'b.jar');
    fixture.answers.push('each', 'skip', 'overwrite');
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['skipped', 'uploaded']);
    assert.deepEqual(fixture.questions.slice(1), [
      { names: ['a.jar'], canApplyToAll: false },
      { names: ['b.jar'], canApplyToAll: false },
    ]);
  });

  it('replaces nothing when the question is left', async () => {
    existing('a.jar', 'b.jar');
    fixture.answers.push('leave');
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'), file('c.jar'));
    assert.deepEqual(kinds(outcomes), ['cancelled', 'cancelled', 'uploaded']);
    assert.equal(fixture.objects.get('p/a.jar'), 'old');
  });

  it('fails where nobody can be asked', async () => {
    existing('a.jar');
    const [outcome] = await fixture.send([file('a.jar')]);
    assert.ok(outcome?.kind === 'failed' && hasCode(outcome.error, 'oss.objectExists'));
  });

  it('replaces without a question where that was said beforehand', async () => {
    existing('a.jar');
    assert.deepEqual(kinds(await fixture.send([file('a.jar')], { overwrite: true })), ['uploaded']);
  });

  it('continues after a failure that concerns one file', async () => {
    fixture.failures.set('/target/a.jar', new CodedError('source.changed'));
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['failed', 'uploaded']);
  });

  for (const [what, code, failing] of [
    ['a failure that concerns all', 'network.refused', 1],
    ['three unclear failures in a row', 'network.reset', 40],
  ] as const) {
    it(`starts no more files after ${what}`, async () => {
      const files = Array.from({ length: 40 }, (_, n) => file(`f${n}.jar`));
      for (const { path } of files.slice(0, failing)) {
        fixture.failures.set(path, new CodedError(code));
      }
      const outcomes = kinds(await fixture.run(...files));
      assert.equal(outcomes[0], 'failed');
      assert.equal(outcomes.at(-1), 'notStarted');
    });
  }

  it('uploads many small files at once, and few large ones', async () => {
    await fixture.run(...Array.from({ length: 40 }, (_, n) => file(`f${n}.jar`)));
    assert.equal(fixture.maxRunning, 16);
    fixture.maxRunning = 0;
    await fixture.run(
      ...Array.from({ length: 20 }, (_, n) => file(`g${n}.jar`, 'target', 2 ** 24)),
    );
    assert.equal(fixture.maxRunning, 4);
    assert.equal(fixture.objects.size, 60);
  });

  it('sends nothing once it is cancelled', async () => {
    fixture.cancelled.abort();
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['cancelled', 'cancelled']);
    assert.equal(fixture.requests, 0);
  });

  it('continues with the others when one was cancelled by itself', async () => {
    fixture.failures.set('/target/b.jar', new DOMException('cancelled', 'AbortError'));
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'), file('c.jar'));
    assert.deepEqual(kinds(outcomes), ['uploaded', 'cancelled', 'uploaded']);
  });

  it('knows two interrupted files of one name apart', async () => {
    const [one, two] = [file('a.jar', 'one'), { ...file('a.jar', 'two'), key: 'p/b.jar' }];
    for (const { path } of [one, two]) {
      fixture.failures.set(path, new CodedError('source.changed'));
    }
    fixture.interrupted.add(transferId('A', two.key, two.sourceUri));
    const outcomes = await fixture.run(one, two);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.kind === 'failed' && outcome.isResumable),
      [false, true],
    );
  });

  it('asks about an interrupted transfer whose key exists, and discards it after Keep Both', async () => {
    existing('t1');
    fixture.answers.push('keepBoth');
    const [outcome] = await fixture.run({ ...file('a.jar'), key: 'p/t1', transferId: 't1' });
    assert.equal(outcome?.kind === 'uploaded' && outcome.result.key, 'p/t1 (1)');
    assert.deepEqual(fixture.discarded, ['t1']);
  });

  it('reports a file whose key still exists after the answer', async () => {
    existing('a.jar');
    fixture.failures.set('/target/a.jar', new CodedError('oss.objectExists'));
    fixture.answers.push('overwrite');
    const [outcome] = await fixture.run(file('a.jar'));
    assert.ok(outcome?.kind === 'failed' && hasCode(outcome.error, 'oss.objectExists'));
  });

  it('reports a question that fails, and does not take it for the person’s cancelling', async () => {
    existing('a.jar');
    const bug = new TypeError('bug');
    const outcomes = await fixture.send([file('a.jar'), file('b.jar')], {
      onConflict: () => Promise.reject(bug),
    });
    assert.deepEqual(kinds(outcomes), ['failed', 'uploaded']);
    assert.ok(outcomes[0]?.kind === 'failed' && outcomes[0].error === bug);
  });

  it('asks nothing about a conflict once the batch has stopped', async () => {
    existing('b.jar');
    fixture.failures.set('/target/a.jar', new CodedError('network.refused'));
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['failed', 'notStarted']);
    assert.equal(fixture.questions.length, 0);
  });

  it('does not keep small files waiting for large ones', async () => {
    const large = Array.from({ length: 20 }, (_, n) => file(`g${n}.jar`, 'target', 2 ** 24));
    await fixture.run(...large, ...Array.from({ length: 40 }, (_, n) => file(`f${n}.jar`)));
    assert.equal(fixture.maxRunning, 20);
  });

  it('uploads nothing when nobody is signed in', async () => {
    fixture.account = undefined;
    await assert.rejects(fixture.run(file('a.jar')), { code: 'account.signedOut' });
  });

  it('counts as running from its first step on, and is cancelled as a whole', async () => {
    const work = fixture.service.track(new AbortController().signal, (signal) => {
      assert.equal(fixture.service.running, 1);
      fixture.service.cancelAll();
      return Promise.resolve(signal.aborted);
    });
    assert.equal(await work, true);
    assert.equal(fixture.service.running, 0);
  });
});
