import { ConfigurationTarget, EventEmitter, workspace, type Uri } from 'vscode';
import type { EdasPackagesApi, UploadedObject, UploadFileOptions } from '../../api';
import { lastCredential } from '../../core/credential/session';
import type { Disposable } from '../../core/util/disposable';
import { DisposableStore } from '../../common/vscode/disposables';
import { choiceSetting, settingsSection } from '../../common/settings/settings';
import type { Uses } from '../../common/featureServices';
import { logFailure } from '../../common/vscode/log';
import { ApiConsent } from './consent';
import { statusOf } from '../../common/credentialStatus';
import { watchUploads } from './watchUploads';

/** What `activate` returns to other extensions; `src/api.ts` documents it. */
export function provideApi(
  deps: Uses<'accounts' | 'ensureSignedIn' | 'log' | 'session' | 'transferServices' | 'uploads'>,
): Disposable & { readonly api: EdasPackagesApi } {
  const { accounts, session, transferServices } = deps;
  const disposables = new DisposableStore();
  const uploaded = disposables.add(new EventEmitter<UploadedObject>());
  disposables.add(
    transferServices.onDidCreate(({ manager, oss }) =>
      disposables.add(
        watchUploads(manager, {
          oss,
          credential: () => lastCredential(session.state),
          uploaded: (object) => uploaded.fire(object),
        }),
      ),
    ),
  );
  const consent = new ApiConsent({
    isTrusted: () => workspace.isTrusted,
    setting: () => choiceSetting('api'),
    ask: async (request) => (await import('./promptConsent')).promptConsent(request),
    save: async (setting) => {
      try {
        const configuration = workspace.getConfiguration(settingsSection);
        await configuration.update('api', setting, ConfigurationTarget.Global);
      } catch (error) {
        // The answer holds for this window at least.
        logFailure(deps.log, error);
      }
    },
  });
  const api: EdasPackagesApi = {
    version: 1,
    onDidUpload: uploaded.event,
    get credentialStatus() {
      return statusOf(accounts.current, session.state, session.clock.now());
    },
    upload: async (file: Uri, options: UploadFileOptions = {}) =>
      (await import('./upload')).uploadForOthers(file, options, { ...deps, consent }),
  };
  return { api: Object.freeze(api), dispose: () => disposables.dispose() };
}
