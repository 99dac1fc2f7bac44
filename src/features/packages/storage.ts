import { Downloader } from '../../core/transfer/download/downloader';
import { assertSameLocation } from '../../core/credential/packageLocation';
import type { Credential, Network } from '../../core/alibaba/edas/credential';
import type { Log } from '../../core/util/log';
import type { OssClient } from '../../core/oss/client';
import type { CredentialSession } from '../../core/credential/session';
import { CodedError } from '../../core/errors/catalogue';
import { isFolderMarker, type Entry, type Page } from '../../common/objects/entries';
import { listPage, type ListRequest } from '../../common/objects/listPage';
import { ListPermission } from './listPermission';

export interface PackagePrefixParts {
  readonly session: Pick<CredentialSession, 'use'>;
  readonly oss: OssClient;
  readonly network: () => Network;
  readonly log: Log;
  /** Folder for the records of downloads. */
  readonly downloadsFolder: string;
}

/** What is needed of an entry to delete it. */
export type DeletableEntry = Pick<Entry, 'key' | 'kind' | 'location'>;

/** What stands under the package prefix, with the current credential. */
export class PackageStorage {
  /** Brings objects to files. */
  readonly downloader: Downloader;
  readonly #listPermission = new ListPermission();

  constructor(private readonly parts: PackagePrefixParts) {
    const { session, network, log, oss, downloadsFolder: recordFolder } = parts;
    this.downloader = new Downloader({
      ...{ session, network, log, oss, recordFolder },
    });
  }

  list(request: ListRequest, signal: AbortSignal): Promise<Page> {
    const { session, oss, network } = this.parts;
    const listing = (credential: Credential): Promise<Page> =>
      this.#listPermission.use(credential, () =>
        listPage(oss, { credential, network: network() }, request, signal),
      );
    // The view is filled because it is shown: nobody asked.
    return session.use(listing, signal, { userInitiated: false });
  }

  /**
   * Deletes an object, or a folder that has no contents.
   *
   * @throws CodedError `object.folderNotEmpty`; `transfer.locationChanged` when it was seen in another bucket; `oss.*`,
   *   `network.*`
   */
  delete({ kind, key, location }: DeletableEntry, signal: AbortSignal): Promise<void> {
    const { session, oss, network } = this.parts;
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
}
