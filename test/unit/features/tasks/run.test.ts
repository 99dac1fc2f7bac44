import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { abortError } from '../../../../src/core/util/abort';
import type { TransferProgress, UploadResult } from '../../../../src/core/transfer/types';
import type { TaskOutput } from '../../../../src/features/tasks/terminal';
import { runTask, type TaskSteps } from '../../../../src/features/tasks/run';

const half: TransferProgress = {
  sentBytes: 512,
  acknowledgedBytes: 0,
  totalBytes: 1024,
  bytesPerSecond: 256,
  secondsLeft: 2,
  stage: 'sending',
};

/** What a run wrote, one line each; a passing one begins with `~`, a failure with `!`. */
async function run(
  definition: Readonly<Record<string, unknown>>,
  change: Partial<TaskSteps> & Partial<Omit<UploadResult, 'size'>> = {},
): Promise<{ code: number; lines: readonly string[]; sent: readonly string[] }> {
  const lines: string[] = [];
  const sent: string[] = [];
  const output: TaskOutput = {
    line: (text) => lines.push(text),
    replaceLine: (text) => lines.push(`~${text}`),
    failure: (text) => lines.push(`!${text}`),
  };
  const steps: TaskSteps = {
    find: () => Promise.resolve(['target/app.jar']),
    keyOf: (file) => Promise.resolve(`p/${file}`),
    upload: (file, key, overwrite, onProgress) => {
      onProgress(half);
      sent.push(`${file} → ${key}${overwrite ? ', overwritten' : ''}`);
      return Promise.resolve({
        ...{ bucket: 'b', key, size: 1024, etag: 'e', crc64: 1n, requestId: 'r' },
        verified: change.verified ?? true,
        sentBytes: change.sentBytes ?? 1024,
        ...(change.isIdentical && { isIdentical: true }),
        ...(change.restartReason && { restartReason: change.restartReason }),
        ...{ url: `https://public/${key}`, internalUrl: `https://internal/${key}` },
      });
    },
    deploy: () => Promise.reject(new Error('nothing is to be deployed')),
    describe: (error) => (error instanceof CodedError ? error.code : 'a bug'),
    ...change,
  };
  return { code: await runTask(definition, steps, output), lines, sent };
}

describe('an upload task', () => {
  it('says what it does, how far it is and where the object is', async () => {
    assert.deepEqual(await run({ file: 'target/*.jar' }), {
      code: 0,
      sent: ['target/app.jar → p/target/app.jar'],
      lines: [
        'Uploading target/app.jar',
        '~512 B of 1.0 KB (50%), 256 B/s, 2 s left',
        'Uploaded target/app.jar (1.0 KB), verified by CRC-64.',
        '  Key: p/target/app.jar',
        '  URL: https://public/p/target/app.jar',
        '  Internal URL for EDAS deployment: https://internal/p/target/app.jar',
      ],
    });
  });

  it('says why it started over', async () => {
    const { lines } = await run({ file: 'a.jar' }, { restartReason: 'uploadGone' });
    assert.match(
      lines[3] ?? '',
      /^The upload restarted because OSS no longer had the uploaded parts/,
    );
  });

  it('says how many bytes were sent where others were copied', async () => {
    const { lines } = await run({ file: 'a.jar' }, { sentBytes: 100 });
    assert.equal(lines[2], 'Uploaded target/app.jar (1.0 KB, 100 B sent), verified by CRC-64.');
  });

  it('says that the same object existed already', async () => {
    const { code, lines } = await run({ file: 'a.jar' }, { sentBytes: 0, isIdentical: true });
    assert.equal(code, 0);
    assert.equal(lines[2], 'Already uploaded, identical: target/app.jar (1.0 KB).');
    assert.match(lines[4] ?? '', /URL: https/);
  });

  it('overwrites only what it was told to', async () => {
    const { sent } = await run({ file: 'a.jar', overwrite: true });
    assert.deepEqual(sent, ['target/app.jar → p/target/app.jar, overwritten']);
  });

  it('says so when the server did not prove what it stored', async () => {
    const { code, lines } = await run({ file: 'a.jar' }, { verified: false });
    assert.equal(code, 0);
    assert.match(lines.join('\n'), /not verified/);
  });

  it('fails without a question where the object exists, and names the way out', async () => {
    const { code, lines } = await run(
      { file: 'a.jar' },
      { upload: () => Promise.reject(new CodedError('oss.objectExists', { subject: 'p/a.jar' })) },
    );
    assert.equal(code, 1);
    assert.match(lines.at(-1) ?? '', /^!The object “p\/a\.jar” already exists.+"overwrite": true/);
  });

  it('sends nothing when two files would get one key', async () => {
    const { code, lines, sent } = await run(
      { file: '*.jar', pick: 'all', key: 'fixed.jar' },
      {
        find: () => Promise.resolve(['a.jar', 'b.jar']),
        keyOf: () => Promise.resolve('p/fixed.jar'),
      },
    );
    assert.deepEqual({ code, lines, sent }, { code: 1, lines: ['!key.sameForTwo'], sent: [] });
  });

  it('sends several one after the other and ends at the first that fails', async () => {
    let calls = 0;
    const { code, lines } = await run(
      { file: '*.jar', pick: 'all' },
      {
        find: () => Promise.resolve(['a.jar', 'b.jar', 'c.jar']),
        upload: () => {
          calls += 1;
          return Promise.reject(new CodedError('network.refused'));
        },
      },
    );
    assert.deepEqual([code, calls, lines], [1, 1, ['Uploading a.jar', '!network.refused']]);
  });

  for (const [what, steps, expected, line] of [
    [
      'nothing matches',
      { find: () => Promise.reject(new CodedError('source.noMatch')) },
      1,
      '!source.noMatch',
    ],
    [
      'nobody is signed in',
      { keyOf: () => Promise.reject(new CodedError('account.signedOut')) },
      1,
      '!account.signedOut',
    ],
    ['there is a bug', { keyOf: () => Promise.reject(new TypeError('x')) }, 1, '!a bug'],
    ['it is cancelled', { upload: () => Promise.reject(abortError()) }, 130, '!Upload cancelled.'],
  ] as const) {
    it(`ends with ${expected} when ${what}`, async () => {
      const { code, lines } = await run({ file: 'a.jar' }, steps);
      assert.deepEqual([code, lines.at(-1)], [expected, line]);
    });
  }

  it('ends with 1 when its definition is wrong, and looks for nothing', async () => {
    const { code, lines } = await run(
      { file: 'a.jar', pick: 'some' },
      { find: () => Promise.reject(new Error('looked')) },
    );
    assert.equal(code, 1);
    assert.match(lines.join('\n'), /^!The task property “pick” must/);
  });

  it('lets no file name steer the terminal', async () => {
    const { lines } = await run(
      { file: 'a.jar' },
      { find: () => Promise.resolve(['\u001b[2Ja.jar']) },
    );
    assert.ok(!lines.some((line) => line.includes('\u001b')));
  });
});
