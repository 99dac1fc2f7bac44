import type { IssuedCredential } from '../edas/issuer';
import type { OssOperation } from '../server/operations';
import { ServiceError } from '../server/errors';
import type { Target } from './target';

/** The bucket and its region. */
export interface BucketLocation {
  readonly bucket: string;
  readonly region: string;
}

/** Checks that the bucket exists and is addressed correctly. Throws OSS's error. */
export function checkLocation(target: Target, location: BucketLocation): void {
  if (target.style === 'second-level' && target.bucket)
    throw new ServiceError(
      403,
      'SecondLevelDomainForbidden',
      'Please use virtual hosted style to access.',
      {
        elements: { HostId: `oss-${location.region}.aliyuncs.com` },
      },
    );
  if (!target.bucket)
    throw new ServiceError(403, 'AccessDenied', 'AccessDenied', { ec: '0003-00000016' });
  if (target.bucket !== location.bucket)
    throw new ServiceError(404, 'NoSuchBucket', 'The specified bucket does not exist.', {
      ec: '0015-00000101',
      elements: { BucketName: target.bucket },
    });
  if (target.hostRegion !== undefined && target.hostRegion !== location.region)
    throw new ServiceError(
      403,
      'AccessDenied',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      { elements: { Bucket: location.bucket, Endpoint: `oss-${location.region}.aliyuncs.com` } },
    );
}

/** Checks the STS token's policy: only keys below its prefix, and no operation that the sandbox denies. */
export function checkPolicy(
  target: Pick<Target, 'key' | 'operation' | 'query'>,
  caller: IssuedCredential | undefined,
  denied: ReadonlySet<OssOperation>,
): void {
  if (!caller)
    throw new ServiceError(
      403,
      'AccessDenied',
      'You have no right to access this object because of bucket acl.',
      { ec: '0003-00000001' },
    );
  const path = target.key || (target.query.prefix ?? '');
  const allowed =
    path.startsWith(`${caller.keyPrefix}/`) && !denied.has(target.operation as OssOperation);
  if (!allowed)
    throw new ServiceError(403, 'AccessDenied', "Access denied by authorizer's policy.", {
      ec: '0003-00000301',
    });
}

/** Checks the permission to read the object that is copied from. */
export function checkRead(
  key: string,
  caller: IssuedCredential | undefined,
  denied: ReadonlySet<OssOperation>,
): void {
  checkPolicy({ operation: 'GetObject', key, query: {} }, caller, denied);
}
