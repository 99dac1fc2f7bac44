import path from 'node:path';
import { window, workspace, type ExtensionContext } from 'vscode';
import { DisposableStore } from './common/vscode/disposables';
import { Commands } from './common/vscode/commands';
import { Lazy } from './common/vscode/lazy';
import { logTo } from './common/vscode/log';
import { Reporter } from './common/vscode/reporter';
import { endpointSetting, networkOf } from './common/settings/settings';
import { SettingsValidator } from './common/settings/settingsValidator';
import { readFollowLimitMs, readTransferSettings } from './common/settings/numberSettings';
import { removeLeftoversLater } from './common/leftovers';
import { UploadService } from './common/upload/uploadService';
import { EdasApi } from './core/alibaba/edas/edasApi';
import { StsClient } from './core/alibaba/sts/client';
import { CredentialSession } from './core/credential/session';
import { createHttpClient } from './core/http/client';
import { ServerClock } from './core/util/clock';
import { fileLifeMs } from './features/credential/credentialFiles';
import { AccountKeys, AccountStore, CredentialFetcher, ensureSignedIn } from './features/accounts';

export type Services = ReturnType<typeof createServices>;

/** Creates what the features share, each once. Requests nothing of the network, and loads nothing that is heavy. */
export function createServices(context: ExtensionContext) {
  const disposables = new DisposableStore();
  const folder = (name: string): string => path.join(context.globalStorageUri.fsPath, name);

  const channel = disposables.add(
    window.createOutputChannel('EDAS Package Storage', { log: true }),
  );
  const log = logTo(channel);
  const reporter = new Reporter(log);
  const commands = new Commands(reporter);
  const settings = new SettingsValidator(log, reporter);

  const clock = new ServerClock();
  const http = disposables.add(createHttpClient({ userAgent: userAgentOf(context), log }));
  const edas = new EdasApi(http, clock, log);

  const accounts = disposables.add(
    new AccountStore(context.secrets, {
      global: context.globalState,
      ...(workspace.name !== undefined && { workspace: context.workspaceState }),
    }),
  );
  const keys = new AccountKeys(accounts, new StsClient(http, clock, log));
  const fetcher = new CredentialFetcher(accounts, keys, edas, () => {
    settings.validate();
    return endpointSetting();
  });
  const session = disposables.add(new CredentialSession({ fetch: fetcher.fetch, clock, log }));

  const storageFolder = folder('transfers');
  const transferServices = disposables.add(
    new Lazy(async () => {
      const { TransferServices } = await import('./common/transferServices');
      return new TransferServices({
        http,
        clock,
        log,
        session,
        storageFolder,
        packingFolder,
        network: () => networkOf(accounts.current),
        settings: () => readTransferSettings(settings),
      });
    }),
  );
  const deployServices = disposables.add(
    new Lazy(async () => {
      const { DeployServices } = await import('./common/deployServices');
      return new DeployServices({
        api: edas,
        log,
        session,
        transferServices,
        callerOf: fetcher.callerOf,
        network: () => networkOf(accounts.current),
        state: context.workspaceState,
        limitMs: () => readFollowLimitMs(settings),
      });
    }),
  );
  const downloadsFolder = folder('downloads');
  const packingFolder = folder('packing');
  const terminalFolder = folder('terminal');
  disposables.add(
    removeLeftoversLater(
      [
        { folder: storageFolder },
        { folder: path.join(storageFolder, 'chunks') },
        { folder: packingFolder },
        { folder: terminalFolder, maxAgeMs: fileLifeMs },
        {
          folder: downloadsFolder,
          remove: async (record, isOld) => {
            const { removeRecorded } = await import('./core/transfer/download/downloadRecords');
            await removeRecorded(record, isOld);
          },
        },
      ],
      log,
    ),
  );
  const uploads = new UploadService({ accounts, session, transferServices, log });

  return {
    log,
    channel,
    reporter,
    commands,
    settings,
    edas,
    accounts,
    keys,
    fetcher,
    session,
    transferServices,
    deployServices,
    uploads,
    workspaceState: context.workspaceState,
    state: context.globalState,
    storageFolder,
    downloadsFolder,
    terminalFolder,
    /** Signs in when nobody is; false when the person cancelled. */
    ensureSignedIn: () =>
      ensureSignedIn({ store: accounts, keys, fetcher, session, reporter, log }),
    /** Cancels the uploads. Resolves when what they need to be resumed is on disk. */
    stop: async (): Promise<void> => {
      uploads.cancelAll();
      await (await transferServices.made())?.stop();
    },
    dispose: () => disposables.dispose(),
  };
}

function userAgentOf({ extension }: ExtensionContext): string {
  const { version } = extension.packageJSON as { readonly version: string };
  return `edas-package-storage/${version}`;
}
