import { Uri } from 'vscode';
import { nameOfFile, uploadFile } from '../../../../src/common/upload/uploadFile';
import { failure } from '../../support/coded';

describe('Uploading a file from a task or another extension', () => {
  const file = Uri.parse('vscode-local:/home/me/app.jar');
  const facts = { subject: 'app.jar', detail: 'vscode-local' };

  it('fails with source.notOnDisk when a remote window cannot read the file', async () => {
    const { signal } = new AbortController();
    const upload = { file, key: 'p/app.jar', overwrite: false };
    await failure(() => uploadFile(upload, {} as never, signal), 'source.notOnDisk', facts);
    await failure(() => nameOfFile(file, {}), 'source.notOnDisk', facts);
  });
});
