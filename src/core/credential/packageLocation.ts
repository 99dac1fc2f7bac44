import { CodedError } from '../errors/catalogue';
import type { Credential } from '../alibaba/edas/credential';

/** A bucket and package prefix: those of a credential, or those of an object or transfer. */
export type PackageLocation = Pick<Credential, 'bucket' | 'keyPrefix'>;

/**
 * Refuses a credential of another account or region: its bucket may have an object with the same key.
 * @throws CodedError `transfer.locationChanged` when the credential does not point where the object is
 */
export function assertSameLocation(
  { bucket, keyPrefix }: Credential,
  location: PackageLocation,
  key: string,
): void {
  if (bucket !== location.bucket || keyPrefix !== location.keyPrefix) {
    throw new CodedError('transfer.locationChanged', {
      subject: key,
      detail: `${bucket}/${keyPrefix}`,
    });
  }
}
