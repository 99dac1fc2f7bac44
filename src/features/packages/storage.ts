import { Downloader } from '../../core/transfer/download/downloader';
import { assertSameLocation } from '../../core/credential/packageLocation';
import type { Credential, Network } from '../../core/alibaba/edas/credential';
import type { Log } from '../../core/util/log';
import type { OssClient } from '../../core/oss/client';
import type { CredentialSession } from '../../core/credential/session';
import { pageOf, type ObjectEntry, type Page } from './entries';
import type { ListRequest } from './folderCache';
import type { Permissions } from './permissions';

export interface PackagePrefixParts {
  readonly session: Pick<CredentialSession, 'use'>;
  readonly oss: OssClient;
  readonly network: () => Network;
  readonly rights: Permissions;
  readonly log: Log;
  /** Folder for the records of downloads. */
  readonly downloadsFolder: string;
}

/** What stands under the package prefix, with the current credential and within its rights. */
export class PackageStorage {
  /** Brings objects to files. */
  readonly downloader: Downloader;

  constructor(private readonly parts: PackagePrefixParts) {
    const { session, network, log, oss, rights, downloadsFolder: recordFolder } = parts;
    this.downloader = new Downloader({
      ...{ session, network, log, recordFolder },
      oss: {
        getObject: (target, request, signal) =>
          rights.use('get', target.credential, () => oss.getObject(target, request, signal)),
      },
    });
  }

  list({ folder, filter, token, count }: ListRequest, signal: AbortSignal): Promise<Page> {
    const { session, oss, network, rights } = this.parts;
    const listing = async (credential: Credential): Promise<Page> => {
      const { bucket, keyPrefix } = credential;
      const request = {
        prefix: `${keyPrefix}/${folder}${filter}`,
        delimiter: '/',
        maxKeys: count,
        ...(token !== undefined && { continuationToken: token }),
      };
      const answer = await rights.use('list', credential, () =>
        oss.listObjects({ credential, network: network() }, request, signal),
      );
      return pageOf(answer, { bucket, keyPrefix }, folder);
    };
    // The view is filled because it is shown: nobody asked.
    return session.use(listing, signal, { userInitiated: false });
  }

  /** @throws CodedError `transfer.credentialMoved` when the object was seen in another bucket; `oss.*`, `network.*` */
  delete({ key, place }: Pick<ObjectEntry, 'key' | 'place'>, signal: AbortSignal): Promise<void> {
    const { session, oss, network, rights } = this.parts;
    return session.use((credential) => {
      assertSameLocation(credential, place, key);
      return rights.use('delete', credential, () =>
        oss.deleteObject({ credential, network: network() }, key, signal),
      );
    }, signal);
  }
}
