import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { abortError } from '../../../../src/core/util/abort';
import { silentLog } from '../../../../src/core/util/log';
import { Reporter } from '../../../../src/common/vscode/reporter';
import { fakeWindow, press } from '../../support/fakeWindow';

describe('Error message', () => {
  beforeEach(() => fakeWindow.reset());

  it('names an invalid file, and its button opens the file', async () => {
    const file = '/home/me/.aliyun/config.json';
    fakeWindow.script(press('Open File'));
    await new Reporter(silentLog).report(new CodedError('keys.fileBroken', { file }));
    assert.match(fakeWindow.messages[0]?.text ?? '', /config\.json is not valid/);
    assert.deepEqual(fakeWindow.executedCommands, ['vscode.open']);
  });

  it('has no Open File button when no file is known', async () => {
    await new Reporter(silentLog).report(new CodedError('keys.fileBroken'));
    assert.deepEqual(fakeWindow.messages[0]?.buttons, ['Show Log']);
  });

  it('is not shown for a cancellation', async () => {
    await new Reporter(silentLog).report(abortError());
    assert.deepEqual(fakeWindow.messages, []);
  });

  it('does not show details of an unexpected error, but logs them on one line', async () => {
    const lines: string[] = [];
    const log = { ...silentLog, error: (line: string) => void lines.push(line) };
    await new Reporter(log).report(new Error('the details\nof it'));
    assert.match(fakeWindow.messages[0]?.text ?? '', /^Something unexpected happened/);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^Error: the details \| of it \| at /);
  });

  it('shows the server’s message, code and request ID as plain text', async () => {
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

  it('omits excluded buttons, and puts the caller’s buttons first', async () => {
    await new Reporter(silentLog).report(new CodedError('oss.accessDenied'), {
      format: (sentence) => `Nothing was uploaded: ${sentence}`,
      buttons: [{ label: 'Try Again', press: () => undefined }],
      without: ['fetchAgain'],
    });
    assert.match(fakeWindow.messages[0]?.text ?? '', /^Nothing was uploaded: OSS denied access/);
    assert.deepEqual(fakeWindow.messages[0]?.buttons, ['Try Again', 'Show Log']);
  });

  it('has buttons that open the settings and the log', async () => {
    fakeWindow.script(press('Open Settings'), press('Show Log'));
    const reporter = new Reporter(silentLog);
    await reporter.report(new CodedError('key.empty'));
    await reporter.report(new CodedError('transfer.gone'));
    assert.deepEqual(fakeWindow.executedCommands, [
      'workbench.action.openSettings',
      'edasPackages.showLog',
    ]);
  });

  it('is shown again when the action of its button fails', async () => {
    fakeWindow.script(press('Try Again'));
    await new Reporter(silentLog).showMessage('error', 'First.', [
      { label: 'Try Again', press: () => Promise.reject(new CodedError('transfer.gone')) },
    ]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(fakeWindow.messages[1]?.text ?? '', /can no longer be resumed/);
  });
});
