import { CodedError } from '../errors/catalogue';
import type { Credential } from '../alibaba/edas/credential';

/** The bucket and the package prefix that a credential points at, or pointed at when something began. */
export type PackageLocation = Pick<Credential, 'bucket' | 'keyPrefix'>;

/**
 * Another account, or another region, leads to another bucket; the same key may stand there too.
 * @throws CodedError `transfer.locationChanged` when the credential does not point where the object is
 */
export function assertSameLocation(
  { bucket, keyPrefix }: Credential,
  place: PackageLocation,
  key: string,
): void {
  if (bucket !== place.bucket || keyPrefix !== place.keyPrefix) {
    throw new CodedError('transfer.locationChanged', {
      subject: key,
      detail: `${bucket}/${keyPrefix}`,
    });
  }
}
