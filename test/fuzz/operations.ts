import { strict as assert } from 'node:assert';

import { ServerClock } from '../../src/core/util/clock';
import { EdasApi } from '../../src/core/alibaba/edas/edasApi';
import type { AccessKeys, Credential } from '../../src/core/alibaba/edas/credential';
import { EdasDeployApi } from '../../src/core/alibaba/edas/deployApi';
import { failureOf } from '../../src/core/deploy/failure';
import { parseEndpoint } from '../../src/core/alibaba/endpoint';
import type { HttpClient } from '../../src/core/http/types';
import type { Log } from '../../src/core/util/log';
import { OssClient, type OssTarget } from '../../src/core/oss/client';
import { isPrintable } from '../../src/core/util/displayText';
import { Secret } from '../../src/core/util/secret';
import { StsClient } from '../../src/core/alibaba/sts/client';
import { callerKeys, marked } from './marked';
import type { Seed } from './message';

/** The dependencies of an operation. */
export interface OperationContext {
  readonly http: HttpClient;
  readonly log: Log;
  /** The server to use instead of Alibaba Cloud: `http://127.0.0.1:<port>`. */
  readonly origin?: string;
}

/** The time at which the seeds were recorded, ms since 1970. */
export const now = Date.UTC(2024, 2, 1);

/** Runs one operation, and checks that the resulting value conforms to its type. */
export type Operation = (context: OperationContext) => Promise<void>;

const key = 'release-pkg/117274586608/a.jar';
const uploadId = '0004B9894A22E5B1888A1E29F8236E2D';
const prefix = 'release-pkg/117274586608/';

/** Operations by the beginning of the seeds' names. */
const operations: Readonly<Record<string, Operation>> = {
  'edas.credential': async ({ http, log, origin }) => {
    const client = new EdasApi(http, clock(), log);
    const endpoint = origin ?? 'https://edas.cn-hangzhou.aliyuncs.com';
    checkCredential(await client.getPackageStorageCredential({ keys: callerKeys, endpoint }));
  },
  'edas.listApplications': withEdas(async (edas) => {
    for (const each of await edas.listApplications({ page: 1 })) {
      checkId(each.id);
      checkLine(each.name);
      checkLines(each.namespace, each.k8sNamespace, each.state);
    }
  }),
  'edas.getK8sRuntime': withEdas(async (edas) => {
    const { jdk, webContainer, edasContainer } = await edas.getK8sRuntime('app-1');
    for (const text of [jdk, webContainer, edasContainer]) {
      assert.ok(text === undefined || (typeof text === 'string' && text !== ''));
    }
  }),
  'edas.listHistoryVersions': withEdas(async (edas) => {
    for (const { id, version } of await edas.listHistoryVersions('app-1')) {
      checkText(version);
      if (id !== undefined) {
        checkId(id);
      }
    }
  }),
  'edas.listRecentChangeOrders': withEdas(async (edas) => {
    for (const each of await edas.listRecentChangeOrders('app-1')) {
      checkId(each.id);
      assert.ok(Number.isSafeInteger(each.status));
      checkLines(each.type, each.description, each.source);
    }
  }),
  'edas.getChangeOrder': withEdas(async (edas) => {
    const order = await edas.getChangeOrder('order-1');
    checkId(order.id);
    assert.ok(Number.isSafeInteger(order.status));
    const { facts } = failureOf({ ...order, status: 3 }, 'orders')!;
    checkLines(facts.stage, facts.instance, facts.serverMessage, facts.serverCode);
  }),
  'edas.deploy': withEdas(async (edas) => {
    const id = await edas.rollBackEcs('app-1', '1.0', 'all');
    if (id !== undefined) {
      checkId(id);
    }
  }),
  'sts.assumeRole': async ({ http, log, origin }) => {
    const role = {
      roleArn: 'acs:ram::117274586608:role/deployer',
      sessionName: 'edas',
      endpoint: origin ?? 'https://sts.aliyuncs.com',
    };
    checkKeys(await new StsClient(http, clock(), log).assumeRole(callerKeys, role));
  },
  'oss.putObject': withOss(async (oss, target) => {
    const request = { key, body: Buffer.from('x'), forbidOverwrite: true };
    checkTag(await oss.putObject(target, request));
    checkTag(await oss.uploadPart(target, { key, uploadId, partNumber: 1, body: request.body }));
  }),
  'oss.headObject': withOss(async (oss, target) => {
    const head = await oss.headObject(target, key);
    if (head !== undefined) {
      checkHead(head);
    }
  }),
  'oss.getObject': withOss(async (oss, target) => {
    const stream = await oss.getObject(target, { key });
    checkHead(stream);
    for await (const chunk of stream.body) {
      assert.ok(chunk instanceof Uint8Array);
    }
  }),
  'oss.initiateMultipartUpload': withOss(async (oss, target) => {
    checkText(await oss.initiateMultipartUpload(target, { key, forbidOverwrite: true }));
  }),
  'oss.completeMultipartUpload': withOss(async (oss, target) => {
    const request = { key, uploadId, parts: [], forbidOverwrite: true };
    checkTag(await oss.completeMultipartUpload(target, request));
  }),
  'oss.abortMultipartUpload': withOss((oss, target) =>
    oss.abortMultipartUpload(target, { key, uploadId }),
  ),
  'oss.deleteObject': withOss((oss, target) => oss.deleteObject(target, key)),
  'oss.listParts': withOss(async (oss, target) => {
    for (const part of await oss.listParts(target, { key, uploadId })) {
      checkCount(part.partNumber);
      checkCount(part.size);
      checkTag(part);
    }
  }),
  'oss.listObjects': withOss(async (oss, target) => {
    let continuationToken: string | undefined;
    // Only the first pages of a listing: the view requests further pages when the user loads more.
    for (let page = 0; page === 0 || (continuationToken !== undefined && page < 3); page++) {
      const list = await oss.listObjects(target, { prefix, continuationToken });
      for (const object of list.objects) {
        checkText(object.key);
        checkCount(object.size);
        checkCount(object.lastModified);
      }
      list.prefixes.forEach(checkText);
      assert.ok(list.nextToken === undefined || list.nextToken !== '');
      continuationToken = list.nextToken;
    }
  }),
};

function withEdas(use: (edas: EdasDeployApi) => Promise<void>): Operation {
  return ({ http, log, origin }) => {
    const endpoint = origin ?? 'https://edas.cn-hangzhou.aliyuncs.com';
    return use(new EdasDeployApi(new EdasApi(http, clock(), log), { keys: callerKeys, endpoint }));
  };
}

function withOss(use: (oss: OssClient, target: OssTarget) => Promise<void>): Operation {
  return ({ http, log, origin }) => {
    const credential = {
      accessKeyId: 'STS.NUfuzz0001',
      accessKeySecret: new Secret(marked.issuedSecret),
      securityToken: new Secret(marked.issuedToken),
      fetchedAt: now,
      expiresAt: now + 3_600_000,
      bucket: 'edas-hz',
      keyPrefix: 'release-pkg/117274586608',
      regionId: 'cn-hangzhou',
      endpoints: {
        public: origin ?? 'https://oss-cn-hangzhou.aliyuncs.com',
        vpc: 'https://oss-cn-hangzhou-internal.aliyuncs.com',
        internal: 'https://oss-cn-hangzhou-internal.aliyuncs.com',
      },
      requestId: 'R',
    };
    return use(new OssClient(http, clock(), log), { credential, network: 'public' });
  };
}

function clock(): ServerClock {
  return new ServerClock(() => now);
}

function checkCredential(credential: Credential): void {
  checkKeys(credential);
  assert.match(credential.bucket, /^[a-z0-9-]{3,63}$/);
  assert.match(credential.regionId, /^[a-z0-9-]+$/);
  const path = credential.keyPrefix.split('/').map(encodeURIComponent).join('/');
  assert.equal(new URL(`https://h/${path}/x`).pathname, `/${path}/x`);
  assert.ok(credential.expiresAt > credential.fetchedAt);
  for (const endpoint of Object.values(credential.endpoints)) {
    assert.equal(parseEndpoint(endpoint), endpoint);
    const { protocol, port, hostname } = new URL(endpoint);
    assert.ok(
      (protocol === 'https:' && port === '') || /^(?:127\.|localhost$|\[::1\]$)/.test(hostname),
    );
  }
}

function checkKeys(keys: AccessKeys): void {
  for (const text of [
    keys.accessKeyId,
    keys.accessKeySecret.reveal(),
    keys.securityToken?.reveal(),
  ]) {
    assert.match(text ?? '', /^[\x21-\x7e]+$/);
  }
}

function checkTag({ etag, crc64 }: { readonly etag: string; readonly crc64?: bigint }): void {
  assert.match(etag, /^[\x21-\x7e]+$/);
  assert.ok(crc64 === undefined || (crc64 >= 0n && crc64 < 1n << 64n));
}

function checkHead(head: {
  etag: string;
  crc64?: bigint;
  size: number;
  lastModified: number;
}): void {
  checkTag(head);
  checkCount(head.size);
  checkCount(head.lastModified);
}

function checkCount(value: number): void {
  assert.ok(Number.isSafeInteger(value) && value >= 0, String(value));
}

/** Checks an id that is sent back to the server. */
function checkId(value: string): void {
  assert.match(value, /^[\w.:-]{1,128}$/);
}

/** Checks a text that is shown to the user: short and on one line. */
function checkLine(value: string): void {
  checkText(value);
  assert.ok(value.length <= 1_300 && isPrintable(value), value);
}

function checkLines(...values: readonly (string | undefined)[]): void {
  values.filter((value) => value !== undefined).forEach(checkLine);
}

function checkText(value: string): void {
  assert.ok(typeof value === 'string' && value !== '');
}

/** The operation that a seed is a response to. */
export function operationOf({ name }: Seed): Operation {
  const operation = operations[name.split('.').slice(0, 2).join('.')];
  assert.ok(operation, `no operation for ${name}`);
  return operation;
}
