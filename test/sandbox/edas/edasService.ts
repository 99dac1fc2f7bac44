import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { ServerCertificate } from '../network/authority';
import type { SandboxKey } from '../options';
import type { Answer } from '../server/answer';
import { isoSeconds } from '../server/clock';
import { ServiceError } from '../server/errors';
import type { Exchange } from '../server/exchange';
import type { JournalEntry } from '../server/journal';
import { HttpService, type RequestSubject, type ServiceContext } from '../server/service';
import { document } from '../server/xml';
import { Gate } from './gate';
import type { CredentialIssuer } from './issuer';

/** What the credential says about the storage, but its keys. */
export interface StoragePlace {
  readonly bucket: string;
  readonly regionId: string;
  readonly keyPrefix: string;
  readonly endpoints: { readonly public: string; readonly vpc: string; readonly internal: string };
}

const path = '/pop/v5/package_storage_credential';

/** EDAS: answers `GET /pop/v5/package_storage_credential`, refuses all else. */
export class EdasService extends HttpService {
  private readonly gate: Gate;

  constructor(
    context: ServiceContext,
    keys: readonly SandboxKey[],
    private readonly issuer: CredentialIssuer,
    private readonly place: () => StoragePlace,
    host: string,
    certificate: ServerCertificate | undefined,
  ) {
    super('edas', context, host, certificate);
    this.gate = new Gate(keys, context.clock);
  }

  protected describeRequest(request: IncomingMessage): RequestSubject {
    const known = request.method === 'GET' && request.url?.split('?')[0] === path;
    return { operation: known ? 'GetPackageStorageCredential' : 'Unknown' };
  }

  protected override newRequestId(): string {
    return randomUUID().toUpperCase();
  }

  protected async work(exchange: Exchange): Promise<Answer> {
    const { settings } = this.context;
    if (exchange.entry.operation === 'Unknown')
      throw new ServiceError(
        404,
        'InvalidApi.NotFound',
        'Specified api is not found, please check your url and method.',
      );
    if (!settings.regionOffered)
      throw new ServiceError(
        404,
        'InvalidProduct.NotFound',
        'Cannot find product according to your domain.',
      );
    const key = this.gate.admit(exchange);
    if (key.permitted === false)
      throw new ServiceError(
        403,
        'Forbidden.RAM',
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
      );
    const body = this.credentialFor(key, exchange.entry.requestId);
    const changed = settings.edasAnswer ? settings.edasAnswer(body) : body;
    return Promise.resolve(
      this.render(exchange, 200, 'GetPackageStorageCredentialResponse', changed),
    );
  }

  protected refusal(exchange: Exchange, error: ServiceError): Answer {
    const { requestId } = exchange.entry;
    const body = {
      RequestId: requestId,
      HostId: exchange.header('host') ?? '',
      Code: error.code,
      Message: error.message,
      Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=Edas&requestId=${requestId}`,
    };
    const answer = this.render(exchange, error.status, 'Error', body);
    return { ...answer, headers: { ...answer.headers, ...error.more.headers } };
  }

  protected commonHeaders(entry: JournalEntry): Record<string, string> {
    return {
      Date: new Date(this.context.clock.now()).toUTCString(),
      'x-acs-request-id': entry.requestId,
      'x-acs-trace-id': entry.requestId.replaceAll('-', '').toLowerCase(),
    };
  }

  private credentialFor(key: SandboxKey, requestId: string): Record<string, unknown> {
    const { bucket, regionId, keyPrefix, endpoints } = this.place();
    const issued = this.issuer.issue(
      key.keyPrefix ?? keyPrefix,
      this.context.settings.credentialSeconds,
    );
    return {
      Code: 200,
      Message: 'success',
      RequestId: requestId,
      Credential: {
        AccessKeyId: issued.accessKeyId,
        AccessKeySecret: issued.accessKeySecret,
        SecurityToken: issued.securityToken,
        Expiration: isoSeconds(issued.expiresAt),
        Bucket: bucket,
        KeyPrefix: issued.keyPrefix,
        RegionId: regionId,
        OssPublicEndpoint: endpoints.public,
        OssVpcEndpoint: endpoints.vpc,
        OssInternalEndpoint: endpoints.internal,
      },
    };
  }

  /** JSON to those who ask for it; XML to all others, as ROA gateways do. */
  private render(exchange: Exchange, status: number, root: string, body: unknown): Answer {
    const json = (exchange.header('accept') ?? '').includes('application/json');
    return {
      status,
      headers: {
        'Content-Type': json ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8',
      },
      body: json ? JSON.stringify(body) : document(root, body as Record<string, string>),
    };
  }
}
