import { EventEmitter, type Uri } from 'vscode';
import type { EdasPackagesApi, UploadedObject, UploadFileOptions } from '../../api';
import type { Disposable } from '../../core/util/disposable';
import { DisposableStore } from '../../common/vscode/disposables';
import type { ApiDeps } from './deps';
import { lastOf, statusOf } from './status';
import { watchUploads } from './watchUploads';

/** What `activate` returns to other extensions; `src/api.ts` documents it. */
export function provideApi(deps: ApiDeps): Disposable & { readonly api: EdasPackagesApi } {
  const { accounts, session, tools } = deps;
  const disposables = new DisposableStore();
  const uploaded = disposables.add(new EventEmitter<UploadedObject>());
  disposables.add(
    tools.onDidCreate(({ engine, oss }) =>
      disposables.add(
        watchUploads(engine, {
          oss,
          credential: () => lastOf(session.state),
          uploaded: (object) => uploaded.fire(object),
        }),
      ),
    ),
  );
  const api: EdasPackagesApi = {
    version: 1,
    onDidUpload: uploaded.event,
    get credentialStatus() {
      return statusOf(accounts.current, session.state, session.clock.now());
    },
    upload: async (file: Uri, options: UploadFileOptions = {}) =>
      (await import('./upload')).uploadForOthers(file, options, deps),
  };
  return { api: Object.freeze(api), dispose: () => disposables.dispose() };
}
