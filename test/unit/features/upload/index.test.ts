import assert from 'node:assert/strict';
import { Uri } from 'vscode';
import { registerUpload, type UploadDeps } from '../../../../src/features/upload';
import type { CommandHandler } from '../../../../src/common/vscode/commands';
import { fakeWindow } from '../../support/fakeWindow';

describe('Upload and Deploy command', () => {
  let uploadAndDeploy: CommandHandler;
  let uploads: number;

  beforeEach(() => {
    fakeWindow.reset();
    uploads = 0;
    registerUpload({
      commands: {
        registerAll: (handlers: Record<string, CommandHandler>) => {
          uploadAndDeploy = handlers.uploadAndDeploy!;
        },
      },
      ensureSignedIn: () => Promise.resolve(++uploads < 0),
    } as unknown as UploadDeps);
  });

  const dialogs = (): readonly unknown[] =>
    fakeWindow.opened.map(({ title, canSelectMany }) => [title, canSelectMany]);
  const dialog = ['EDAS: Upload and Deploy', false];

  it('prompts for one file, in a dialog with its own title', async () => {
    await uploadAndDeploy();
    assert.deepEqual(dialogs(), [dialog]);
  });

  it('uploads the selected file', async () => {
    fakeWindow.folders = ['/project'];
    const file = Uri.file('/project/a.jar');
    await uploadAndDeploy(file, [file]);
    assert.deepEqual([dialogs(), uploads], [[], 1]);
  });

  it('prompts for one file when several are selected', async () => {
    fakeWindow.folders = ['/project'];
    const files = ['/project/a.jar', '/project/b.jar'].map((file) => Uri.file(file));
    await uploadAndDeploy(files[0], files);
    assert.deepEqual([dialogs(), uploads], [[dialog], 0]);
  });
});
