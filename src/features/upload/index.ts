import type { Uri } from 'vscode';
import type { CredentialSession } from '../../core/credential/session';
import type { Disposable } from '../../core/util/disposable';
import { commandIds } from '../../common/vscode/commandIds';
import type { Commands } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import { askForFiles, askForFolder, confirmFiles, filesFromMenu } from './fileSelection';
import type { Resumable } from './planUpload';
import type { UploadController, UploadControllerDeps } from './uploadController';

export interface UploadDeps extends UploadControllerDeps {
  readonly session: CredentialSession;
  readonly commands: Commands;
}

/** What the other features may know of the uploads. */
export interface UploadFeature extends Disposable {
  /** Uploads files to a folder below the package prefix, named with a slash at its end; '' is the prefix itself. */
  readonly start: (files: readonly Uri[], folder: string) => Promise<void>;
  /** The same, after having asked which files. */
  readonly choose: (folder: string) => Promise<void>;
  /** Goes on with interrupted transfers, and tries again those that have failed. */
  readonly resume: (transfers: readonly Resumable[]) => Promise<void>;
}

/** Uploading files to the package prefix, and the keys that they get. */
export function registerUpload(deps: UploadDeps): UploadFeature {
  const { commands, session } = deps;
  let made: UploadController | undefined;
  /** What runs an upload loads at the first one. */
  const uploads = async (): Promise<UploadController> => {
    const { UploadController: Made } = await import('./uploadController');
    return (made ??= new Made(deps));
  };
  const disposables = new DisposableStore();
  disposables.add(
    commands.register(commandIds.uploadFile, async () =>
      (await uploads()).start(await askForFiles()),
    ),
  );
  disposables.add(
    commands.register(commandIds.uploadFiles, async (clicked, all) => {
      const files = filesFromMenu(clicked, all);
      if (await confirmFiles(files)) {
        await (await uploads()).start(files.length > 0 ? files : await askForFiles());
      }
    }),
  );
  disposables.add(
    commands.register(commandIds.uploadAndDeploy, async (clicked, all) => {
      const files = filesFromMenu(clicked, all);
      if (await confirmFiles(files)) {
        const [file] = files.length > 0 ? files : await askForFiles();
        await (file && (await uploads()).startAndDeploy(file));
      }
    }),
  );
  disposables.add(
    commands.register(commandIds.uploadFolder, async () =>
      (await uploads()).startZip(await askForFolder()),
    ),
  );
  disposables.add(
    commands.register(commandIds.uploadAsZip, async (clicked, all) => {
      const items = filesFromMenu(clicked, all);
      if (await confirmFiles(items)) {
        await (await uploads()).startZip(items.length > 0 ? items : await askForFolder());
      }
    }),
  );
  disposables.add(
    commands.register(commandIds.setObjectKeyTemplate, async () =>
      (await import('./setTemplate')).setObjectKeyTemplate(session),
    ),
  );
  return {
    start: async (files, folder) => (await uploads()).start(files, folder),
    choose: async (folder) => (await uploads()).start(await askForFiles(), folder),
    resume: async (transfers) => (await uploads()).resume(transfers),
    dispose: () => disposables.dispose(),
  };
}
