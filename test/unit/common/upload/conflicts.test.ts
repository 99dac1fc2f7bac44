import assert from 'node:assert/strict';
import { ConflictResolver, type ConflictAnswer } from '../../../../src/common/upload/conflicts';
import { FakeClock } from '../../support/fakeClock';

const a = { key: 'p/a.jar', name: 'a.jar' };
const b = { key: 'p/b.jar', name: 'b.jar' };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ConflictResolver', () => {
  let clock: FakeClock;
  let cancelled: AbortController;
  /** Names in each prompt. */
  let prompts: string[][];
  const resolverWith = (...answers: readonly (ConflictAnswer | Error)[]): ConflictResolver =>
    new ConflictResolver(
      (conflicts) => {
        const answer = answers[prompts.length] ?? assert.fail('prompted too often');
        prompts.push(conflicts.map(({ name }) => name));
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      3,
      cancelled.signal,
      clock.startTimer,
    );
  beforeEach(() => {
    clock = new FakeClock();
    cancelled = new AbortController();
    prompts = [];
  });

  it('shares one prompt among the conflicts of the first second', async () => {
    const resolver = resolverWith('skip');
    const resolutions = Promise.all([resolver.resolve(a), resolver.resolve(b)]);
    assert.deepEqual(prompts, []);
    clock.advance(1_000);
    assert.deepEqual(await resolutions, ['skip', 'skip']);
    assert.deepEqual(prompts, [['a.jar', 'b.jar']]);
  });

  for (const [what, answers, expected, expectedPrompts] of [
    [
      'resolves later conflicts at once after an answer for all',
      ['overwrite'],
      'overwrite',
      [['a.jar']],
    ],
    [
      'prompts at once for later conflicts after Ask for Each File',
      ['each', 'skip', 'keepBoth'],
      'keepBoth',
      [['a.jar'], ['a.jar'], ['b.jar']],
    ],
  ] as const) {
    it(what, async () => {
      const resolver = resolverWith(...answers);
      const first = resolver.resolve(a);
      clock.advance(1_000);
      await first;
      await settle();
      let later: unknown;
      void resolver.resolve(b).then((resolution) => (later = resolution));
      await settle();
      assert.equal(later, expected);
      assert.deepEqual(prompts, expectedPrompts);
    });
  }

  it('prompts for later conflicts after a prompt that failed', async () => {
    const resolver = resolverWith(new Error('no dialog'), 'skip');
    const first = resolver.resolve(a);
    clock.advance(1_000);
    await assert.rejects(first, /no dialog/);
    await settle();
    const later = resolver.resolve(b);
    clock.advance(1_000);
    assert.equal(await later, 'skip');
  });

  it('prompts for nothing after the batch is cancelled', async () => {
    const resolver = resolverWith();
    const resolution = resolver.resolve(a);
    cancelled.abort();
    clock.advance(1_000);
    await assert.rejects(resolution, { name: 'AbortError' });
    assert.deepEqual(prompts, []);
  });
});
