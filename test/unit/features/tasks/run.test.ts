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

/** Runs the task and records its lines; `~` marks a line that is replaced by the next, `!` a failure. */
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
        bucket: 'b',
        key,
        size: 1024,
        etag: 'e',
        crc64: 1n,
        requestId: 'r',
        verified: change.verified ?? true,
        sentBytes: change.sentBytes ?? 1024,
        ...(change.isIdentical && { isIdentical: true }),
        ...(change.restartReason && { restartReason: change.restartReason }),
        url: `https://public/${key}`,
        internalUrl: `https://internal/${key}`,
      });
    },
    deploy: () => Promise.reject(new Error('unexpected deployment')),
    describe: (error) => (error instanceof CodedError ? error.code : 'unexpected error'),
    ...change,
  };
  return { code: await runTask(definition, steps, output), lines, sent };
}

describe('Upload task', () => {
  it('prints the file, the progress and the location of the object', async () => {
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

  it('prints why the upload restarted', async () => {
    const { lines } = await run({ file: 'a.jar' }, { restartReason: 'uploadGone' });
    assert.match(
      lines[3] ?? '',
      /^The upload restarted because OSS no longer had the uploaded parts/,
    );
  });

  it('prints how many bytes were sent when the others were copied on the server', async () => {
    const { lines } = await run({ file: 'a.jar' }, { sentBytes: 100 });
    assert.equal(lines[2], 'Uploaded target/app.jar (1.0 KB, 100 B sent), verified by CRC-64.');
  });

  it('prints that an identical object existed already', async () => {
    const { code, lines } = await run({ file: 'a.jar' }, { sentBytes: 0, isIdentical: true });
    assert.equal(code, 0);
    assert.equal(lines[2], 'Already uploaded, identical: target/app.jar (1.0 KB).');
    assert.match(lines[4] ?? '', /URL: https/);
  });

  it('overwrites when its definition says so', async () => {
    const { sent } = await run({ file: 'a.jar', overwrite: true });
    assert.deepEqual(sent, ['target/app.jar → p/target/app.jar, overwritten']);
  });

  it('succeeds and prints that the object was not verified', async () => {
    const { code, lines } = await run({ file: 'a.jar' }, { verified: false });
    assert.equal(code, 0);
    assert.match(lines.join('\n'), /not verified/);
  });

  it('fails without a prompt when the object exists, and suggests overwrite', async () => {
    const { code, lines } = await run(
      { file: 'a.jar' },
      { upload: () => Promise.reject(new CodedError('oss.objectExists', { subject: 'p/a.jar' })) },
    );
    assert.equal(code, 1);
    assert.match(lines.at(-1) ?? '', /^!The object “p\/a\.jar” already exists.+"overwrite": true/);
  });

  it('sends nothing when two files would get the same key', async () => {
    const { code, lines, sent } = await run(
      { file: '*.jar', pick: 'all', key: 'fixed.jar' },
      {
        find: () => Promise.resolve(['a.jar', 'b.jar']),
        keyOf: () => Promise.resolve('p/fixed.jar'),
      },
    );
    assert.deepEqual({ code, lines, sent }, { code: 1, lines: ['!key.sameForTwo'], sent: [] });
  });

  it('uploads files one after the other, and stops at the first failure', async () => {
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

  for (const [situation, steps, expected, line] of [
    [
      'no file matches',
      { find: () => Promise.reject(new CodedError('source.noMatch')) },
      1,
      '!source.noMatch',
    ],
    [
      'no account is signed in',
      { keyOf: () => Promise.reject(new CodedError('account.signedOut')) },
      1,
      '!account.signedOut',
    ],
    [
      'an unexpected error occurs',
      { keyOf: () => Promise.reject(new TypeError('x')) },
      1,
      '!unexpected error',
    ],
    ['it is cancelled', { upload: () => Promise.reject(abortError()) }, 130, '!Upload cancelled.'],
  ] as const) {
    it(`exits with ${expected} when ${situation}`, async () => {
      const { code, lines } = await run({ file: 'a.jar' }, steps);
      assert.deepEqual([code, lines.at(-1)], [expected, line]);
    });
  }

  it('exits with 1 when its definition is invalid, and does not search for files', async () => {
    const { code, lines } = await run(
      { file: 'a.jar', pick: 'some' },
      { find: () => Promise.reject(new Error('searched')) },
    );
    assert.equal(code, 1);
    assert.match(lines.join('\n'), /^!The task property “pick” must/);
  });

  it('prints no control characters from file names', async () => {
    const { lines } = await run(
      { file: 'a.jar' },
      { find: () => Promise.resolve(['\u001b[2Ja.jar']) },
    );
    assert.ok(!lines.some((line) => line.includes('\u001b')));
  });
});
