import { CodedError } from '../errors/catalogue';
import { isPrintable } from '../util/displayText';

/** EDAS refuses longer ones; characters. Source: EDAS 2017-08-01, "DeployApplication", PackageVersion. */
const maxLength = 64;

/**
 * A version that no other deployment has: by it the change order is found when the response to a deploy call is lost.
 * @param label cut where the rest needs the room
 * @param now ms since 1970
 * @param random six or more random letters and digits
 */
export function createPackageVersion(label: string, now: number, random: string): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const suffix = `-${stamp}-${random.slice(0, 6)}`;
  const plain = label.replace(/[^\w.-]+/g, '_');
  return plain.slice(0, maxLength - suffix.length) + suffix;
}

/** @throws CodedError `deploy.badVersion` */
export function assertPackageVersion(version: string): void {
  if (version.trim() === '' || version.length > maxLength || !isPrintable(version)) {
    throw new CodedError('deploy.badVersion', { subject: version });
  }
}
