import assert from 'node:assert/strict';
import { CodedError, hasCode } from '../../../../src/core/errors/catalogue';
import { Batch, type BatchFile, type Outcome } from '../../../../src/features/upload/batch';
import { Conflicts, type Answer } from '../../../../src/features/upload/conflicts';

/** A bucket that forbids to overwrite, and a person who answers. */
class BatchFixture {
  readonly objects = new Map<string, string>();
  readonly questions: { names: string[]; canApplyToAll: boolean }[] = [];
  readonly answers: (Answer | 'leave')[] = [];
  mayLook = true;
  failures = new Map<string, Error>();
  /** Paths of files that are cancelled, each for itself. */
  readonly cancelled = new Set<string>();
  running = 0;
  mostRunning = 0;
  readonly leaving = new AbortController();

  async run(...files: BatchFile[]): Promise<readonly Outcome[]> {
    const conflicts = new Conflicts((userInitiated, canApplyToAll) => {
      this.questions.push({ names: userInitiated.map(({ name }) => name), canApplyToAll });
      const answer = this.answers.shift() ?? assert.fail('asked more often than expected');
      return answer === 'leave'
        ? Promise.reject(new DOMException('left', 'AbortError'))
        : Promise.resolve(answer);
    });
    const batch = new Batch(
      {
        stands: (key) => Promise.resolve(this.mayLook ? this.objects.has(key) : undefined),
        dropped: () => undefined,
        upload: async (file, key, overwrite) => {
          this.running += 1;
          this.mostRunning = Math.max(this.mostRunning, this.running);
          await new Promise((resolve) => setImmediate(resolve));
          this.running -= 1;
          const failure = this.failures.get(file.path);
          if (failure !== undefined) {
            throw failure;
          }
          if (this.cancelled.has(file.path)) {
            return 'cancelled';
          }
          if (this.objects.has(key) && !overwrite) {
            throw new CodedError('oss.objectExists', { subject: key });
          }
          this.objects.set(key, file.path);
          const { size } = file;
          return { bucket: 'b', key, size, etag: 'E', crc64: 0n, verified: true, requestId: 'R' };
        },
      },
      conflicts,
    );
    return batch.run(files, this.leaving.signal);
  }
}

function file(name: string, folder = 'target'): BatchFile {
  return { path: `/${folder}/${name}`, name, size: 10, key: `p/${name}` };
}

const kinds = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ kind }) => kind);

describe('Batch', () => {
  let scene: BatchFixture;
  beforeEach(() => {
    scene = new BatchFixture();
  });
  const standing = (...names: string[]): void => {
    names.forEach((name) => scene.objects.set(`p/${name}`, 'old'));
  };

  it('makes no key by Keep Both that OSS would refuse as too long', async () => {
    const name = `${'x'.repeat(1015)}.jar`;
    standing(name);
    scene.answers.push('keepBoth');
    const [outcome] = await scene.run(file(name));
    assert.ok(outcome?.kind === 'failed' && hasCode(outcome.error, 'key.tooLong'));
    assert.equal(scene.objects.size, 1);
  });

  it('brings each file to its key and asks nothing when nothing stands', async () => {
    assert.deepEqual(kinds(await scene.run(file('a.jar'), file('b.jar'))), [
      'uploaded',
      'uploaded',
    ]);
    assert.deepEqual(
      [...scene.objects],
      [
        ['p/a.jar', '/target/a.jar'],
        ['p/b.jar', '/target/b.jar'],
      ],
    );
    assert.equal(scene.questions.length, 0);
  });

  for (const mayLook of [true, false]) {
    describe(mayLook ? 'when it may look what stands' : 'when it may not look', () => {
      beforeEach(() => {
        scene.mayLook = mayLook;
        standing('a.jar');
      });

      it('overwrites what stands when told so', async () => {
        scene.answers.push('overwrite');
        assert.deepEqual(kinds(await scene.run(file('a.jar'))), ['uploaded']);
        assert.equal(scene.objects.get('p/a.jar'), '/target/a.jar');
        assert.deepEqual(scene.questions, [{ names: ['a.jar'], canApplyToAll: false }]);
      });

      it('keeps both under the first free name', async () => {
        standing('a (1).jar');
        scene.answers.push('keepBoth');
        const [outcome] = await scene.run(file('a.jar'));
        assert.equal(outcome?.kind === 'uploaded' && outcome.result.key, 'p/a (2).jar');
        assert.equal(scene.objects.get('p/a.jar'), 'old');
        assert.equal(scene.objects.get('p/a (1).jar'), 'old');
      });

      it('skips', async () => {
        scene.answers.push('skip');
        assert.deepEqual(kinds(await scene.run(file('a.jar'))), ['skipped']);
        assert.equal(scene.objects.get('p/a.jar'), 'old');
      });
    });
  }

  it('asks once for all that stand', async () => {
    standing('a.jar', 'b.jar');
    scene.answers.push('overwrite');
    await scene.run(file('a.jar'), file('b.jar'), file('c.jar'));
    assert.deepEqual(scene.questions, [{ names: ['a.jar', 'b.jar'], canApplyToAll: true }]);
    assert.equal(scene.objects.get('p/b.jar'), '/target/b.jar');
  });

  it('asks for each when that is wanted, all before a byte is sent', async () => {
    standing('a.jar', 'b.jar');
    scene.answers.push('each', 'skip', 'overwrite');
    const outcomes = await scene.run(file('a.jar'), file('b.jar'));
    assert.deepEqual(kinds(outcomes), ['skipped', 'uploaded']);
    assert.deepEqual(scene.questions.slice(1), [
      { names: ['a.jar'], canApplyToAll: false },
      { names: ['b.jar'], canApplyToAll: false },
    ]);
  });

  it('asks one at a time and once for all when it finds out only while uploading', async () => {
    scene.mayLook = false;
    standing('a.jar', 'b.jar', 'c.jar');
    scene.answers.push('skip');
    assert.deepEqual(kinds(await scene.run(file('a.jar'), file('b.jar'), file('c.jar'))), [
      'skipped',
      'skipped',
      'skipped',
    ]);
    assert.equal(scene.questions.length, 1);
    assert.equal(scene.questions[0]?.canApplyToAll, true);
  });

  it('sends nothing when the question is left', async () => {
    standing('a.jar');
    scene.answers.push('leave');
    await assert.rejects(scene.run(file('a.jar'), file('b.jar')), { name: 'AbortError' });
    assert.equal(scene.objects.size, 1);
  });

  it('never overwrites what the batch itself has sent', async () => {
    const outcomes = await scene.run(file('a.jar', 'one'), file('a.jar', 'two'));
    assert.deepEqual(kinds(outcomes), ['uploaded', 'uploaded']);
    assert.deepEqual(
      [...scene.objects],
      [
        ['p/a.jar', '/one/a.jar'],
        ['p/a (1).jar', '/two/a.jar'],
      ],
    );
  });

  it('overwrites what stood before once, when two files of one name are to overwrite it', async () => {
    standing('a.jar');
    scene.answers.push('overwrite');
    await scene.run(file('a.jar', 'one'), file('a.jar', 'two'));
    assert.deepEqual(
      [...scene.objects],
      [
        ['p/a.jar', '/one/a.jar'],
        ['p/a (1).jar', '/two/a.jar'],
      ],
    );
  });

  it('goes on after a failure that concerns one file', async () => {
    scene.failures.set('/target/a.jar', new CodedError('source.changed'));
    assert.deepEqual(kinds(await scene.run(file('a.jar'), file('b.jar'))), ['failed', 'uploaded']);
  });

  it('ends after a failure that concerns every file', async () => {
    scene.failures.set('/target/f0.jar', new CodedError('network.refused'));
    const files = Array.from({ length: 8 }, (_, n) => file(`f${n}.jar`));
    const outcomes = kinds(await scene.run(...files));
    assert.equal(outcomes[0], 'failed');
    assert.equal(outcomes.at(-1), 'notTried');
  });

  it('sends at most four files at a time', async () => {
    await scene.run(...Array.from({ length: 20 }, (_, n) => file(`f${n}.jar`)));
    assert.equal(scene.mostRunning, 4);
    assert.equal(scene.objects.size, 20);
  });

  it('sends no more once it is cancelled, and keeps what stands', async () => {
    scene.leaving.abort();
    assert.deepEqual(kinds(await scene.run(file('a.jar'), file('b.jar'))), [
      'cancelled',
      'cancelled',
    ]);
    assert.equal(scene.objects.size, 0);
  });

  it('goes on with the others when one was cancelled for itself', async () => {
    scene.cancelled.add('/target/b.jar');
    assert.deepEqual(
      kinds(await scene.run(...['a', 'b', 'c', 'd', 'e', 'f'].map((n) => file(`${n}.jar`)))),
      ['uploaded', 'cancelled', ...Array<string>(4).fill('uploaded')],
    );
  });

  it('asks about an interrupted transfer only when the engine says that its key stands', async () => {
    standing('a.jar');
    scene.answers.push('keepBoth');
    const [outcome] = await scene.run({ ...file('a.jar'), transferId: 't1' });
    assert.equal(outcome?.kind === 'uploaded' && outcome.result.key, 'p/a (1).jar');
    assert.equal(scene.questions.length, 1);
  });
});
