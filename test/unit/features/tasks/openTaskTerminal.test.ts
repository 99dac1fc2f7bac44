import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Lazy } from '../../../../src/common/vscode/lazy';
import type { UploadItem } from '../../../../src/common/upload/types';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../src/core/util/log';
import { openTaskTerminal, type TasksDeps } from '../../../../src/features/tasks/openTaskTerminal';
import { credential } from '../../support/credential';
import { fakeWindow } from '../../support/fakeWindow';

describe('Upload task in a window without a folder', () => {
  let folder: string;
  /** Paths of the files that it uploads. */
  let sent: string[];
  beforeEach(async () => {
    fakeWindow.reset();
    sent = [];
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'edas-task-')));
    await writeFile(path.join(folder, 'app.jar'), 'jar');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** @returns what the terminal shows */
  const run = async (file: string): Promise<string> => {
    const deps = {
      log: silentLog,
      transferServices: new Lazy(() => Promise.resolve({ dispose: () => undefined })),
      uploads: {
        credential: () => Promise.resolve(credential()),
        track: (signal: AbortSignal, work: (signal: AbortSignal) => unknown) => work(signal),
        uploadOne: (item: UploadItem) => {
          sent.push(item.path);
          return Promise.reject(new CodedError('network.reset'));
        },
      },
    };
    const definition = { type: 'edas-upload', file, key: 'app.jar' };
    const terminal = openTaskTerminal(definition, undefined, deps as unknown as TasksDeps);
    let text = '';
    terminal.onDidWrite((written) => (text += written));
    await new Promise<void>((resolve) => {
      terminal.onDidClose?.(() => resolve());
      terminal.open(undefined);
    });
    return text;
  };

  it('uploads a file that is named by an absolute path', async () => {
    const file = path.join(folder, 'app.jar');
    assert.ok((await run(file)).includes(`Uploading ${file}`));
    assert.deepEqual(sent, [file]);
  });

  it('says that a relative path needs a folder', async () => {
    assert.match(await run('target/*.jar'), /No folder is open, so the task cannot find target/);
    assert.deepEqual(sent, []);
  });
});
