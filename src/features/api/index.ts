import { EventEmitter, type Uri } from 'vscode';
import type { EdasPackagesApi, UploadedObject, UploadFileOptions } from '../../api';
import type { Disposable } from '../../core/disposable';
import { Disposables } from '../../kit/disposables';
import type { ApiDeps } from './deps';
import { lastOf, statusOf } from './status';
import { watchUploads } from './watchUploads';

/** What `activate` returns to other extensions; `src/api.ts` documents it. */
export function provideApi(deps: ApiDeps): Disposable & { readonly api: EdasPackagesApi } {
  const { accounts, session, tools } = deps;
  const ends = new Disposables();
  const uploaded = ends.add(new EventEmitter<UploadedObject>());
  ends.add(
    tools.onDidMake(({ engine, oss }) =>
      ends.add(
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
  return { api: Object.freeze(api), dispose: () => ends.dispose() };
}
