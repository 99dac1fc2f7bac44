import assert from 'node:assert/strict';
import signUtils from 'ali-oss/lib/common/signUtils';
import { ServerClock } from '../../../../src/core/util/clock';
import type { Credential } from '../../../../src/core/alibaba/edas/credential';
import type { HttpRequest } from '../../../../src/core/http/types';
import { silentLog } from '../../../../src/core/util/log';
import { OssClient, type OssTarget } from '../../../../src/core/oss/client';
import { credential, now } from '../../support/credential';
import { FakeHttp, httpDate, type AnswerSketch } from '../../support/fakeHttp';

export const target: OssTarget = { credential: credential(), network: 'public' };
export const key = 'release-pkg/117274586608/demo.jar';
export const host = 'edas-hz.oss-cn-hangzhou.aliyuncs.com';

/** An OSS client with a fake server. Checks that every request has the signature that ali-oss computes. */
export function setUp(
  respond: (request: HttpRequest, number: number) => AnswerSketch,
  localTime: () => number = () => now,
  { credential: signer }: OssTarget = target,
) {
  const http = new FakeHttp((request, number) => {
    checkSignature(request, signer);
    const { headers = {}, ...rest } = respond(request, number);
    return {
      ...rest,
      headers: { date: httpDate(now), 'x-oss-request-id': '5C3D9175B6FC201293AD0001', ...headers },
    };
  });
  const clock = new ServerClock(localTime);
  return { http, clock, oss: new OssClient(http, clock, silentLog) };
}

function checkSignature({ method, url, headers }: HttpRequest, signer: Credential): void {
  const { authorization, ...rest } = headers;
  const { origin, hostname, searchParams } = new URL(url);
  const { accessKeyId, accessKeySecret, securityToken, bucket } = signer;
  // Not `pathname`, from which the URL parser has removed dot segments.
  const path = decodeURIComponent(url.slice(origin.length).split('?')[0]!);
  const key = hostname.startsWith(`${bucket}.`) ? path.slice(1) : path.slice(bucket.length + 2);
  const queries = Object.fromEntries(
    [...searchParams].map(([name, value]) => [name, value || null]),
  );
  const official = signUtils.authorizationV4(
    accessKeyId,
    accessKeySecret.reveal(),
    'cn-hangzhou',
    method,
    { headers: rest, queries },
    bucket,
    key,
  );
  assert.equal(authorization, official);
  assert.equal(rest['x-oss-security-token'], securityToken.reveal());
  assert.equal(rest['x-oss-content-sha256'], 'UNSIGNED-PAYLOAD');
}

/** An OSS error response as XML. */
export function ossError(code: string, more: Readonly<Record<string, string>> = {}): string {
  const fields = { Code: code, Message: 'No.', RequestId: 'R-1', HostId: host, ...more };
  const inside = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n${inside.join('\n')}\n</Error>\n`;
}
