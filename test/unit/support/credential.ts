import type { Credential } from '../../../src/core/alibaba/edas/credential';
import { Secret } from '../../../src/core/util/secret';

/** 2024-03-01T00:00:00Z */
export const now = Date.UTC(2024, 2, 1);

/** A credential that is valid for an hour from `now`. */
export function credential(change: Partial<Credential> = {}): Credential {
  return {
    accessKeyId: 'STS.NUtestid0001',
    accessKeySecret: new Secret('sts-secret-that-nobody-sees'),
    securityToken: new Secret('CAIS+tok/en=='),
    fetchedAt: now,
    expiresAt: now + 3_600_000,
    bucket: 'edas-hz',
    keyPrefix: 'release-pkg/117274586608',
    regionId: 'cn-hangzhou',
    endpoints: {
      public: 'https://oss-cn-hangzhou.aliyuncs.com',
      vpc: 'https://oss-cn-hangzhou-internal.aliyuncs.com',
      internal: 'https://oss-cn-hangzhou-internal.aliyuncs.com',
    },
    requestId: '4823B8B4-2F4A-4B4E-8C8B-AE1E8C3C9D2A',
    ...change,
  };
}
