import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { abortError } from '../../../../src/core/util/abort';
import { silentLog } from '../../../../src/core/util/log';
import { Reporter } from '../../../../src/common/vscode/reporter';
import { fakeWindow, press } from '../../support/fakeWindow';

describe('the message about a failure', () => {
  beforeEach(() => fakeWindow.reset());

  it('opens a file that is not valid, whose contents it does not quote', async () => {
    const file = '/home/me/.aliyun/config.json';
    fakeWindow.script(press('Open File'));
    await new Reporter(silentLog).report(new CodedError('keys.fileBroken', { file }));
    assert.match(fakeWindow.messages[0]?.text ?? '', /config\.json is not valid/);
    assert.deepEqual(fakeWindow.executedCommands, ['vscode.open']);
  });

  it('offers no file where none is known', async () => {
    await new Reporter(silentLog).report(new CodedError('keys.fileBroken'));
    assert.deepEqual(fakeWindow.messages[0]?.buttons, ['Show Log']);
  });

  it('says nothing of what was cancelled', async () => {
    await new Reporter(silentLog).report(abortError());
    assert.deepEqual(fakeWindow.messages, []);
  });

  it('shows no inside of a bug, and logs it on one line', async () => {
    const lines: string[] = [];
    const log = { ...silentLog, error: (line: string) => void lines.push(line) };
    await new Reporter(log).report(new Error('the inside\nof it'));
    assert.match(fakeWindow.messages[0]?.text ?? '', /^Something unexpected happened/);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^Error: the inside \| of it \| at /);
  });

  it('shows the server’s words, code and request ID as plain text', async () => {
    const serverMessage = 'You have no right. [Ask for it](command:x) $(pass)';
    await new Reporter(silentLog).report(
      new CodedError('oss.accessDenied', {
        serverMessage,
        serverCode: 'AccessDenied',
        requestId: 'R1',
      }),
    );
    assert.equal(
      fakeWindow.messages[0]?.text,
      'OSS denied access. “You have no right. [Ask for it]\u2060(command:x) $\u2060(pass)” ' +
        'Fetch the credential again, then try again. (AccessDenied, request ID R1)',
    );
    assert.deepEqual(fakeWindow.messages[0].buttons, ['Fetch Again', 'Show Log']);
  });

  it('leaves out a step that makes no sense, and puts the caller’s buttons first', async () => {
    await new Reporter(silentLog).report(new CodedError('oss.accessDenied'), {
      format: (sentence) => `Nothing was uploaded: ${sentence}`,
      buttons: [{ label: 'Try Again', press: () => undefined }],
      without: ['fetchAgain'],
    });
    assert.match(fakeWindow.messages[0]?.text ?? '', /^Nothing was uploaded: OSS denied access/);
    assert.deepEqual(fakeWindow.messages[0]?.buttons, ['Try Again', 'Show Log']);
  });

  it('opens the setting that is wrong, and the log', async () => {
    fakeWindow.script(press('Open Settings'), press('Show Log'));
    const reporter = new Reporter(silentLog);
    await reporter.report(new CodedError('key.empty'));
    await reporter.report(new CodedError('transfer.gone'));
    assert.deepEqual(fakeWindow.executedCommands, [
      'workbench.action.openSettings',
      'edasPackages.showLog',
    ]);
  });

  it('reports what its button fails with', async () => {
    fakeWindow.script(press('Try Again'));
    await new Reporter(silentLog).showMessage('error', 'First.', [
      { label: 'Try Again', press: () => Promise.reject(new CodedError('transfer.gone')) },
    ]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(fakeWindow.messages[1]?.text ?? '', /can no longer be resumed/);
  });
});
