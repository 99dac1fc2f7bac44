import { CodedError } from '../errors/catalogue';
import type { Credential } from '../alibaba/edas/credential';

/** A bucket and package prefix: those of a credential, or those of an object or transfer. */
export type PackageLocation = Pick<Credential, 'bucket' | 'keyPrefix'>;

/**
 * Refuses a credential of another account or region: the same key may exist in its bucket, too.
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
