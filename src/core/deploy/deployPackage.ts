import type { Network } from '../alibaba/edas/credential';
import type { CredentialSession } from '../credential/session';
import { CodedError, hasCode } from '../errors/catalogue';
import type { ObjectHead, OssClient } from '../oss/client';
import { deployUrl } from '../oss/signedUrl';
import { realTiming, type Timing } from '../util/timing';
import type { Log } from '../util/log';
import { packageKindOf } from './packageKind';
import { readPolicy } from './readPolicy';
import type { DeployPackage } from './types';

export interface PackageObject {
  /** Object key, the package prefix included. */
  readonly key: string;
  /** Of the bytes that were uploaded and verified; absent for an object that was not uploaded just now. */
  readonly crc64?: bigint;
}

export interface ResolvePackageDeps {
  readonly session: Pick<CredentialSession, 'use'>;
  readonly oss: Pick<OssClient, 'headObject'>;
  readonly network: () => Network;
  readonly log: Log;
  readonly timing?: Timing;
}

/**
 * Checks that an object can be deployed: it exists, OSS has a CRC-64 of it, and it is still what was uploaded.
 * @throws CodedError `deploy.notAPackage` when its name ends in neither .jar nor .war; `deploy.notVerified`;
 *   `deploy.packageChanged`; `oss.noSuchKey`; what OSS and the session throw
 */
export async function resolvePackage(
  { session, oss, network, log, timing = realTiming }: ResolvePackageDeps,
  { key, crc64 }: PackageObject,
  signal?: AbortSignal,
): Promise<DeployPackage> {
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  const kind = packageKindOf(fileName);
  if (kind === undefined) {
    throw new CodedError('deploy.notAPackage', { subject: fileName });
  }
  return session.use(async (credential) => {
    const target = { credential, network: network() };
    const head = await headIfAllowed(() =>
      readPolicy({ timing, log }).run(() => oss.headObject(target, key, signal), signal),
    );
    if (head === undefined) {
      throw new CodedError('oss.noSuchKey', { subject: key });
    }
    const found = (head === 'denied' ? undefined : head.crc64) ?? crc64;
    if (found === undefined) {
      throw new CodedError('deploy.notVerified', { subject: fileName });
    }
    if (crc64 !== undefined && crc64 !== found) {
      throw new CodedError('deploy.packageChanged', { subject: fileName });
    }
    const url = deployUrl(credential, key);
    return { key, fileName, kind, url, regionId: credential.regionId };
  }, signal);
}

/** A credential need not be allowed to read: what was verified when it was uploaded is deployed all the same. */
async function headIfAllowed(
  head: () => Promise<ObjectHead | undefined>,
): Promise<ObjectHead | 'denied' | undefined> {
  try {
    return await head();
  } catch (error) {
    if (hasCode(error, 'oss.accessDenied')) {
      return 'denied';
    }
    throw error;
  }
}
