import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
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
});
