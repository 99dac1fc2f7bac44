import assert from 'node:assert/strict';
import { CodedError, hasCode } from '../../../../src/core/errors/catalogue';
import type { TransferServices } from '../../../../src/common/transferServices';
import {
  ConflictResolver,
  type ConflictAnswer,
  type ConflictPrompt,
} from '../../../../src/common/upload/conflicts';
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

/** The service with a fake bucket that rejects overwriting, and scripted answers to its prompts. */
class UploadServiceFixture {
  readonly objects = new Map<string, string>();
  readonly prompts: { names: string[]; canApplyToAll: boolean }[] = [];
  readonly answers: (ConflictAnswer | 'dismiss')[] = [];
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
    const prompt: ConflictPrompt = (conflicting, canApplyToAll) => {
      this.prompts.push({ names: conflicting.map(({ name }) => name), canApplyToAll });
      const answer = this.answers.shift() ?? assert.fail('prompted more often than expected');
      return answer === 'dismiss'
        ? Promise.reject(new DOMException('dismissed', 'AbortError'))
        : Promise.resolve(answer);
    };
    const conflicts = new ConflictResolver(prompt, items.length, this.cancelled.signal);
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
    id: path,
    path,
    sourceUri: path,
    name,
    size,
    key: `p/${name}`,
    source: () => Promise.resolve({ uri: path, name, open: () => assert.fail('not opened') }),
  };
}

const kinds = (outcomes: readonly UploadOutcome[]): string[] => outcomes.map(({ kind }) => kind);

describe('UploadService', () => {
  let fixture: UploadServiceFixture;
  beforeEach(() => {
    fixture = new UploadServiceFixture();
  });
  const existing = (...names: string[]): void => {
    names.forEach((name) => fixture.objects.set(`p/${name}`, 'old'));
  };

  it('uploads each file in one attempt without a prompt when no key exists', async () => {
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['uploaded', 'uploaded']);
    assert.deepEqual([...fixture.objects.values()], ['/target/a.jar', '/target/b.jar']);
    assert.equal(fixture.requests, 2);
    assert.equal(fixture.prompts.length, 0);
  });

  it('overwrites an existing object after Overwrite', async () => {
    existing('a.jar');
    fixture.answers.push('overwrite');
    assert.deepEqual(kinds(await fixture.run(file('a.jar'))), ['uploaded']);
    assert.equal(fixture.objects.get('p/a.jar'), '/target/a.jar');
    assert.deepEqual(fixture.prompts, [{ names: ['a.jar'], canApplyToAll: false }]);
  });

  it('uploads to the first free numbered key after Keep Both', async () => {
    existing('a.jar', 'a (1).jar');
    fixture.answers.push('keepBoth');
    const [outcome] = await fixture.run(file('a.jar'));
    assert.equal(outcome?.kind === 'uploaded' && outcome.result.key, 'p/a (2).jar');
    assert.equal(fixture.objects.get('p/a.jar'), 'old');
    assert.equal(fixture.objects.get('p/a (1).jar'), 'old');
  });

  for (const answer of ['keepBoth', 'skip'] as const) {
    it(`lists no failed transfer after a conflict is resolved with ${answer}`, async () => {
      existing('a.jar', 'a (1).jar');
      fixture.answers.push(answer);
      await fixture.run(file('a.jar'));
      assert.deepEqual([...fixture.failed], []);
    });
  }

  it('lists a failed transfer when the key exists and nobody can be prompted', async () => {
    existing('a.jar');
    assert.deepEqual(kinds(await fixture.send([file('a.jar')])), ['failed']);
    assert.equal(fixture.failed.size, 1);
  });

  it('does not choose a key for Keep Both that another file of the batch has', async () => {
    existing('a.jar');
    fixture.answers.push('keepBoth');
    await fixture.run(file('a.jar'), file('a (1).jar'));
    assert.equal(fixture.objects.get('p/a (1).jar'), '/target/a (1).jar');
    assert.equal(fixture.objects.get('p/a (2).jar'), '/target/a.jar');
  });

  it('fails after Keep Both when the numbered key would be too long for OSS', async () => {
    const name = `${'x'.repeat(1015)}.jar`;
    existing(name);
    fixture.answers.push('keepBoth');
    const [outcome] = await fixture.run(file(name));
    assert.ok(outcome?.kind === 'failed' && hasCode(outcome.error, 'key.tooLong'));
    assert.equal(fixture.objects.size, 1);
  });

  it('leaves an existing object unchanged after Skip', async () => {
    existing('a.jar');
    fixture.answers.push('skip');
    assert.deepEqual(kinds(await fixture.run(file('a.jar'))), ['skipped']);
    assert.equal(fixture.objects.get('p/a.jar'), 'old');
  });

  it('prompts once for all existing keys while the other files are uploaded', async () => {
    existing('a.jar', 'b.jar');
    fixture.answers.push('overwrite');
    await fixture.run(file('a.jar'), file('b.jar'), file('c.jar'));
    assert.deepEqual(fixture.prompts, [{ names: ['a.jar', 'b.jar'], canApplyToAll: true }]);
    assert.equal(fixture.objects.get('p/b.jar'), '/target/b.jar');
    assert.equal(fixture.objects.get('p/c.jar'), '/target/c.jar');
  });

  it('prompts for each existing key when the person wants to decide one by one', async () => {
    existing('a.jar', 'b.jar');
    fixture.answers.push('each', 'skip', 'overwrite');
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['skipped', 'uploaded']);
    assert.deepEqual(fixture.prompts.slice(1), [
      { names: ['a.jar'], canApplyToAll: false },
      { names: ['b.jar'], canApplyToAll: false },
    ]);
  });

  it('overwrites nothing when the prompt is dismissed, and uploads the other files', async () => {
    existing('a.jar', 'b.jar');
    fixture.answers.push('dismiss');
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'), file('c.jar'));
    assert.deepEqual(kinds(outcomes), ['cancelled', 'cancelled', 'uploaded']);
    assert.equal(fixture.objects.get('p/a.jar'), 'old');
  });

  it('fails with oss.objectExists when nobody can be prompted', async () => {
    existing('a.jar');
    const [outcome] = await fixture.send([file('a.jar')]);
    assert.ok(outcome?.kind === 'failed' && hasCode(outcome.error, 'oss.objectExists'));
  });

  it('overwrites without a prompt when the options say so', async () => {
    existing('a.jar');
    assert.deepEqual(kinds(await fixture.send([file('a.jar')], { overwrite: true })), ['uploaded']);
  });

  it('continues after a failure that affects only one file', async () => {
    fixture.failures.set('/target/a.jar', new CodedError('source.changed'));
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['failed', 'uploaded']);
  });

  for (const [situation, code, failing] of [
    ['a failure that affects all files', 'network.refused', 1],
    ['several ambiguous failures in a row', 'network.reset', 40],
  ] as const) {
    it(`starts no more uploads after ${situation}`, async () => {
      const files = Array.from({ length: 40 }, (_, n) => file(`f${n}.jar`));
      for (const { path } of files.slice(0, failing)) {
        fixture.failures.set(path, new CodedError(code));
      }
      const outcomes = kinds(await fixture.run(...files));
      assert.equal(outcomes[0], 'failed');
      // 16 run at a time, and two more begin before the third failure.
      assert.ok(outcomes.filter((kind) => kind === 'failed').length <= 18);
      assert.equal(outcomes.at(-1), 'notStarted');
    });
  }

  it('uploads up to 16 small files, but only 4 large ones, at a time', async () => {
    await fixture.run(...Array.from({ length: 40 }, (_, n) => file(`f${n}.jar`)));
    assert.equal(fixture.maxRunning, 16);
    fixture.maxRunning = 0;
    await fixture.run(
      ...Array.from({ length: 20 }, (_, n) => file(`g${n}.jar`, 'target', 2 ** 24)),
    );
    assert.equal(fixture.maxRunning, 4);
    assert.equal(fixture.objects.size, 60);
  });

  it('sends nothing after the batch is cancelled', async () => {
    fixture.cancelled.abort();
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['cancelled', 'cancelled']);
    assert.equal(fixture.requests, 0);
  });

  it('continues with the other files when one transfer is cancelled', async () => {
    fixture.failures.set('/target/b.jar', new DOMException('cancelled', 'AbortError'));
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'), file('c.jar'));
    assert.deepEqual(kinds(outcomes), ['uploaded', 'cancelled', 'uploaded']);
  });

  it('tells files with the same name apart when it marks failures as resumable', async () => {
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

  it('prompts when the key of a resumed transfer exists, and discards it after Keep Both', async () => {
    existing('t1');
    fixture.answers.push('keepBoth');
    const [outcome] = await fixture.run({ ...file('a.jar'), key: 'p/t1', transferId: 't1' });
    assert.equal(outcome?.kind === 'uploaded' && outcome.result.key, 'p/t1 (1)');
    assert.deepEqual(fixture.discarded, ['t1']);
  });

  it('fails when OSS still rejects the key after Overwrite', async () => {
    existing('a.jar');
    fixture.failures.set('/target/a.jar', new CodedError('oss.objectExists'));
    fixture.answers.push('overwrite');
    const [outcome] = await fixture.run(file('a.jar'));
    assert.ok(outcome?.kind === 'failed' && hasCode(outcome.error, 'oss.objectExists'));
  });

  it('reports an error in the conflict prompt as a failure, not as a cancellation', async () => {
    existing('a.jar');
    const bug = new TypeError('bug');
    const outcomes = await fixture.send([file('a.jar'), file('b.jar')], {
      onConflict: () => Promise.reject(bug),
    });
    assert.deepEqual(kinds(outcomes), ['failed', 'uploaded']);
    assert.ok(outcomes[0]?.kind === 'failed' && outcomes[0].error === bug);
  });

  it('does not prompt about a conflict after the batch has stopped', async () => {
    existing('b.jar');
    fixture.failures.set('/target/a.jar', new CodedError('network.refused'));
    const outcomes = await fixture.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['failed', 'notStarted']);
    assert.equal(fixture.prompts.length, 0);
  });

  it('does not wait for the answer to a conflict prompt after the batch is cancelled', async () => {
    existing('a.jar');
    const outcomes = await fixture.send([file('a.jar')], {
      onConflict: () => {
        fixture.cancelled.abort();
        return new Promise(() => undefined);
      },
    });
    assert.deepEqual(kinds(outcomes), ['cancelled']);
  });

  it('does not prompt about a conflict that is found after the batch is cancelled', async () => {
    let prompts = 0;
    const source = (): Promise<never> => {
      fixture.cancelled.abort();
      return Promise.reject(new CodedError('oss.objectExists'));
    };
    const outcomes = await fixture.send([{ ...file('a.jar'), source }], {
      onConflict: () => {
        prompts += 1;
        return Promise.reject(new DOMException('dismissed', 'AbortError'));
      },
    });
    assert.deepEqual(kinds(outcomes), ['cancelled']);
    assert.equal(prompts, 0);
  });

  it('does not make small files wait for large ones', async () => {
    const large = Array.from({ length: 20 }, (_, n) => file(`g${n}.jar`, 'target', 2 ** 24));
    await fixture.run(...large, ...Array.from({ length: 40 }, (_, n) => file(`f${n}.jar`)));
    assert.equal(fixture.maxRunning, 20);
  });

  it('fails with account.signedOut when no account is signed in', async () => {
    fixture.account = undefined;
    await assert.rejects(fixture.run(file('a.jar')), { code: 'account.signedOut' });
  });

  it('counts tracked work as running, and aborts it in cancelAll', async () => {
    const work = fixture.service.track(new AbortController().signal, (signal) => {
      assert.equal(fixture.service.running, 1);
      fixture.service.cancelAll();
      return Promise.resolve(signal.aborted);
    });
    assert.equal(await work, true);
    assert.equal(fixture.service.running, 0);
  });
});
