import type { Credential, Network } from '../alibaba/edas/credential';
import type { CredentialSession } from '../credential/session';
import { CodedError } from '../errors/catalogue';
import type { OssClient } from '../oss/client';
import { headIfAllowed } from '../oss/headIfAllowed';
import { baseName } from '../oss/objectKey';
import { deployUrl } from '../oss/signedUrl';
import { readPolicy, type ReadOptions } from '../retry/readPolicy';
import { packageKindOf } from './packageKind';
import type { DeployPackage } from './types';

export interface PackageObject {
  /** Object key, the package prefix included. */
  readonly key: string;
  /** Of the bytes that were uploaded and verified; absent for an object that was not uploaded just now. */
  readonly crc64?: bigint;
}

export interface ResolvePackageDeps extends ReadOptions {
  readonly oss: Pick<OssClient, 'headObject'>;
  readonly session: Pick<CredentialSession, 'use'>;
  readonly network: () => Network;
}

/**
 * What the object of a key is as a package, whether or not it exists.
 * @throws CodedError `deploy.notAPackage` when its name ends in neither .jar nor .war
 */
export function packageAt(credential: Credential, key: string): DeployPackage {
  const fileName = baseName(key);
  const kind = packageKindOf(fileName);
  if (kind === undefined) {
    throw new CodedError('deploy.notAPackage', { subject: fileName });
  }
  return {
    key,
    fileName,
    kind,
    url: deployUrl(credential, key),
    regionId: credential.regionId,
  };
}

/**
 * Checks that an object can be deployed: it exists, OSS has a CRC-64 of it, and it is still what was uploaded. Where the
 * credential may not read, the CRC-64 of the verified upload is taken instead, and the object itself is not checked.
 * @throws CodedError `deploy.notAPackage`; `deploy.notVerified`; `deploy.packageChanged`; `oss.noSuchKey`; what OSS and
 *   the session throw
 */
export async function resolvePackage(
  { session, network, oss, ...options }: ResolvePackageDeps,
  { key, crc64 }: PackageObject,
  signal?: AbortSignal,
): Promise<DeployPackage> {
  const read = async (credential: Credential) => {
    const found = packageAt(credential, key);
    const target = { credential, network: network() };
    return { found, head: await headIfAllowed(oss.headObject(target, key, signal)) };
  };
  const { found, head } = await readPolicy(options).run(() => session.use(read, signal), signal);
  if (head === undefined) {
    throw new CodedError('oss.noSuchKey', { subject: key });
  }
  const { size, crc64: known = crc64 } = head === 'denied' ? {} : head;
  if (known === undefined) {
    throw new CodedError('deploy.notVerified', { subject: found.fileName });
  }
  if (crc64 !== undefined && crc64 !== known) {
    throw new CodedError('deploy.packageChanged', { subject: found.fileName });
  }
  return { ...found, crc64: known, size };
}
