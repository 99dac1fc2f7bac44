import { Downloader } from '../../core/transfer/download/downloader';
import { assertSameLocation } from '../../core/credential/packageLocation';
import type { Credential, Network } from '../../core/alibaba/edas/credential';
import type { OssClient } from '../../core/oss/client';
import type { CredentialSession } from '../../core/credential/session';
import type { Disposable } from '../../core/util/disposable';
import { CodedError } from '../../core/errors/catalogue';
import { isFolderMarker, type Entry, type Page } from '../../common/objects/entries';
import type { Uses } from '../../common/featureServices';
import { listPage, type ListRequest } from '../../common/objects/listPage';
import { ListPermission } from './listPermission';

export interface PackageStorageDeps extends Uses<'downloadsFolder' | 'log'> {
  readonly session: Pick<CredentialSession, 'use'>;
  readonly oss: OssClient;
  readonly network: () => Network;
}

/** What is needed of an entry to delete it. */
export type DeletableEntry = Pick<Entry, 'key' | 'kind' | 'location'>;

/** Lists, downloads and deletes what is stored under the package prefix, with the current credential. */
export class PackageStorage implements Disposable {
  readonly downloader: Downloader;
  readonly #listPermission = new ListPermission();

  constructor(private readonly deps: PackageStorageDeps) {
    this.downloader = new Downloader({ ...deps, recordFolder: deps.downloadsFolder });
  }

  list(request: ListRequest, signal: AbortSignal): Promise<Page> {
    const { session, oss, network } = this.deps;
    const listing = (credential: Credential): Promise<Page> =>
      this.#listPermission.use(credential, () =>
        listPage(oss, { credential, network: network() }, request, signal),
      );
    // The view lists because it is shown, not because the person requested it.
    return session.use(listing, signal, { userInitiated: false });
  }

  /**
   * Deletes an object, or a folder that has no contents.
   *
   * @throws CodedError `object.folderNotEmpty`; `transfer.locationChanged` when it was seen in another bucket; `oss.*`,
   *   `network.*`
   */
  delete({ kind, key, location }: DeletableEntry, signal: AbortSignal): Promise<void> {
    const { session, oss, network } = this.deps;
    return session.use(async (credential) => {
      assertSameLocation(credential, location, key);
      const target = { credential, network: network() };
      if (kind === 'folder') {
        // Two: one is the marker.
        const { objects } = await oss.listObjects(target, { prefix: key, maxKeys: 2 }, signal);
        if (objects.some((object) => object.key !== key || !isFolderMarker(object))) {
          throw new CodedError('object.folderNotEmpty', { subject: key });
        }
      }
      await oss.deleteObject(target, key, signal);
    }, signal);
  }

  dispose(): void {
    void this.downloader.stop();
  }
}
