import type { Uri } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Uses } from '../../common/featureServices';
import type { CommandHandler } from '../../common/vscode/commands';
import {
  confirmFiles,
  filesFromMenu,
  promptFile,
  promptFiles,
  promptFolder,
} from './fileSelection';
import type { Resumable } from './planUpload';
import type { UploadController, UploadControllerDeps } from './uploadController';

/** What the other features may know of the uploads. */
export interface UploadFeature extends Disposable {
  /** Uploads files to a folder below the package prefix, named with a slash at its end; '' is the prefix itself. */
  readonly start: (files: readonly Uri[], folder: string) => Promise<void>;
  /** The same, after a prompt for the files. */
  readonly choose: (folder: string) => Promise<void>;
  /** Resumes interrupted transfers, and tries failed ones again. */
  readonly resume: (transfers: readonly Resumable[]) => Promise<void>;
}

export type UploadDeps = UploadControllerDeps & Uses<'commands' | 'session'>;

/** Uploading files to the package prefix, and the keys that they get. */
export function registerUpload(deps: UploadDeps): UploadFeature {
  let loaded: UploadController | undefined;
  /** Loaded at the first upload. */
  const controller = async (): Promise<UploadController> => {
    const { UploadController: Controller } = await import('./uploadController');
    return (loaded ??= new Controller(deps));
  };
  /** A command of a menu. Without a selection, or with more files than it takes, it prompts. */
  const onSelection =
    (
      prompt: () => Promise<readonly Uri[]>,
      action: (uploads: UploadController, items: readonly Uri[]) => unknown,
      maxFiles = Infinity,
    ): CommandHandler =>
    async (clicked, all) => {
      const files = filesFromMenu(clicked, all);
      const selected = files.length > maxFiles ? [] : files;
      if (await confirmFiles(selected)) {
        const items = selected.length > 0 ? selected : await prompt();
        await action(await controller(), items);
      }
    };
  const commands = deps.commands.registerAll({
    uploadFile: async () => (await controller()).start(await promptFiles()),
    uploadFiles: onSelection(promptFiles, (uploads, files) => uploads.start(files)),
    uploadAndDeploy: onSelection(
      promptFile,
      (uploads, [file]) => file && uploads.startAndDeploy(file),
      1,
    ),
    uploadFolder: async () => (await controller()).startZip(await promptFolder()),
    uploadAsZip: onSelection(promptFolder, (uploads, items) => uploads.startZip(items)),
    setObjectKeyTemplate: async () =>
      (await import('./setTemplate')).setObjectKeyTemplate(deps.session),
  });
  return {
    start: async (files, folder) => (await controller()).start(files, folder),
    choose: async (folder) => (await controller()).start(await promptFiles(), folder),
    resume: async (transfers) => (await controller()).resume(transfers),
    dispose: () => commands.dispose(),
  };
}
