import path from 'node:path';
import { window, workspace, type ExtensionContext } from 'vscode';
import type { EdasPackagesApi } from './api';
import { ServerClock } from './core/util/clock';
import { EdasClient } from './core/alibaba/edas/client';
import type { Network } from './core/alibaba/edas/credential';
import { UploadService } from './common/upload/uploadService';
import { createHttpClient } from './core/http/client';
import { CredentialSession } from './core/credential/session';
import { StsClient } from './core/alibaba/sts/client';
import {
  AccountKeys,
  AccountStore,
  CredentialFetcher,
  ensureSignedIn,
  registerAccounts,
} from './features/accounts';
import { provideApi } from './features/api';
import { registerCopy } from './features/copy';
import { registerCredential } from './features/credential';
import { registerDeploy } from './features/deploy';
import { registerPackages } from './features/packages';
import { registerTasks } from './features/tasks';
import { registerTransfers } from './features/transfers';
import { registerUpload, type UploadFeature } from './features/upload';
import { commandIds } from './common/vscode/commandIds';
import { Commands } from './common/vscode/commands';
import { Lazy } from './common/vscode/lazy';
import { logTo } from './common/vscode/log';
import { Reporter } from './common/vscode/reporter';
import { endpointSetting, networkOf } from './common/settings/settings';
import { SettingsValidator } from './common/settings/settingsValidator';
import { readTransferSettings } from './common/settings/transferSettings';
import { readFollowLimitMs } from './common/settings/deploySettings';

let stop = (): Promise<void> => Promise.resolve();

/** VS Code waits for this, so that nothing half done stays on the disk. */
export function deactivate(): Promise<void> {
  return stop();
}

/** Makes the services and registers the features. Asks nothing of the network, and loads nothing that is heavy. */
export function activate(context: ExtensionContext): EdasPackagesApi {
  const channel = window.createOutputChannel('EDAS Package Storage', { log: true });
  const log = logTo(channel);
  const reporter = new Reporter(log);
  const commands = new Commands(reporter);
  const clock = new ServerClock();
  const http = createHttpClient({ userAgent: userAgentOf(context), log });
  const settings = new SettingsValidator(log);
  const store = new AccountStore(context.secrets, {
    global: context.globalState,
    ...(workspace.name !== undefined && { workspace: context.workspaceState }),
  });
  const keys = new AccountKeys(store, new StsClient(http, clock, log));
  const edas = new EdasClient(http, clock, log);
  const fetcher = new CredentialFetcher(store, keys, edas, () => {
    settings.validate();
    return endpointSetting();
  });
  const session = new CredentialSession({ fetch: fetcher.fetch, clock, log });
  const storageFolder = path.join(context.globalStorageUri.fsPath, 'transfers');
  const packingFolder = path.join(context.globalStorageUri.fsPath, 'packing');
  const terminalFolder = path.join(context.globalStorageUri.fsPath, 'terminal');
  const tools = new Lazy(async () => {
    const { createTransferServices } = await import('./createTransferServices');
    const read = () => readTransferSettings(settings);
    const network = (): Network => networkOf(store.current);
    const folders = { storageFolder, packingFolder };
    return createTransferServices({
      http,
      clock,
      log,
      session,
      network,
      settings: read,
      ...folders,
    });
  });

  const deploys = new Lazy(async () => {
    const { createDeployServices } = await import('./createDeployServices');
    return createDeployServices({
      ...{ http, clock, log, session, tools, callerOf: fetcher.callerOf },
      network: () => networkOf(store.current),
      state: context.workspaceState,
      limitMs: () => readFollowLimitMs(settings),
    });
  });

  const accounts = { store, keys, fetcher, session, reporter, log };
  const deps = {
    ...{ accounts: store, session, tools, commands, reporter, log },
    ensureSignedIn: () => ensureSignedIn(accounts),
  };
  const uploads = new UploadService({ accounts: store, session, tools, log });
  const api = provideApi({ ...deps, uploads });
  const deploy = registerDeploy({ ...deps, services: deploys, state: context.workspaceState });
  const upload: UploadFeature = registerUpload({
    ...{ ...deps, uploads },
    deploy: (object) => deploy.deploy(object),
  });
  const packages = registerPackages({
    ...deps,
    downloadsFolder: path.join(context.globalStorageUri.fsPath, 'downloads'),
    upload: (files, folder) => upload.start(files, folder),
    choose: (folder) => upload.choose(folder),
    deploy: (object) => deploy.deploy(object),
  });
  stop = async () => {
    uploads.cancelAll();
    await Promise.all([packages.stop(), tools.made().then((made) => made?.stop())]);
  };
  context.subscriptions.push(
    ...[channel, http, store, session, tools, deploys, api, upload, deploy],
    registerAccounts({ ...accounts, edas, commands, settings, uploads }),
    registerCredential({
      ...{ ...deps, terminalFolder, activity: deploy },
      state: context.globalState,
    }),
    registerCopy(deps),
    registerTasks({ uploads, tools, log, deploys, accounts: store, state: context.workspaceState }),
    registerTransfers({ ...deps, storageFolder, resume: (transfers) => upload.resume(transfers) }),
    packages,
    commands.register(commandIds.showLog, () => channel.show()),
  );
  return api.api;
}

function userAgentOf({ extension }: ExtensionContext): string {
  const { version } = extension.packageJSON as { readonly version: string };
  return `edas-package-storage/${version}`;
}
