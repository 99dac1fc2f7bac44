import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { ServerCertificate } from '../network/authority';
import type { SandboxKey } from '../options';
import type { ServiceResponse } from '../server/response';
import { isoSeconds } from '../server/clock';
import { ServiceError } from '../server/errors';
import type { Exchange } from '../server/exchange';
import type { RequestLogEntry } from '../server/requestLog';
import type { DeployOperation, EdasOperation } from '../server/operations';
import { HttpService, type RequestSubject, type ServiceContext } from '../server/service';
import { document } from '../server/xml';
import { BusinessError, deployRoutes, type DeployRoute } from './deploy/calls';
import type { SandboxDeployments } from './deploy/deployments';
import { Gateway } from './gateway';
import type { CredentialIssuer } from './issuer';

/** What the credential contains besides the keys. */
export interface StorageLocation {
  readonly bucket: string;
  readonly regionId: string;
  readonly keyPrefix: string;
  readonly endpoints: { readonly public: string; readonly vpc: string; readonly internal: string };
}

const routes = Object.entries(deployRoutes) as [DeployOperation, DeployRoute][];

/** EDAS: issues credentials, deploys to applications, and rejects all other requests. */
export class EdasService extends HttpService {
  private readonly gateway: Gateway;

  constructor(
    context: ServiceContext,
    keys: readonly SandboxKey[],
    private readonly issuer: CredentialIssuer,
    private readonly deploy: SandboxDeployments,
    private readonly location: () => StorageLocation,
    host: string,
    certificate: ServerCertificate | undefined,
  ) {
    super('edas', context, host, certificate);
    this.gateway = new Gateway(keys, context.clock);
  }

  protected describeRequest(request: IncomingMessage): RequestSubject {
    const path = request.url?.split('?')[0];
    if (request.method === 'GET' && path === '/pop/v5/package_storage_credential')
      return { operation: 'GetPackageStorageCredential' };
    const found = routes.find(
      ([, route]) => route.method === request.method && route.path === path,
    );
    return { operation: found?.[0] ?? 'Unknown' };
  }

  protected override newRequestId(): string {
    return randomUUID().toUpperCase();
  }

  protected async work(exchange: Exchange): Promise<ServiceResponse> {
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
    const key = this.gateway.authenticate(exchange);
    const operation = exchange.entry.operation as EdasOperation;
    const isCredential = operation === 'GetPackageStorageCredential';
    if (settings.deniedCalls.has(operation) || (isCredential && key.permitted === false))
      throw new ServiceError(
        403,
        'Forbidden.RAM',
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
      );
    const body = isCredential
      ? this.credentialFor(key, exchange.entry.requestId)
      : this.deployCall(exchange, operation);
    const changed = settings.edasResponse ? settings.edasResponse(body) : body;
    return Promise.resolve(this.render(exchange, 200, `${operation}Response`, changed));
  }

  /** An error of EDAS itself is an HTTP 200 with another Code. */
  private deployCall(exchange: Exchange, operation: DeployOperation): Record<string, unknown> {
    const { entry } = exchange;
    const RequestId = entry.requestId;
    const query = Object.fromEntries(new URL(exchange.request.url!, 'http://edas').searchParams);
    this.deploy.catchUp();
    try {
      const fields = deployRoutes[operation].call(this.deploy, query);
      return { Code: 200, Message: 'success', RequestId, ...fields };
    } catch (error) {
      if (!(error instanceof BusinessError)) throw error;
      entry.code = String(error.code);
      return { Code: error.code, Message: error.message, RequestId };
    }
  }

  protected refusal(exchange: Exchange, error: ServiceError): ServiceResponse {
    const { requestId } = exchange.entry;
    const body = {
      RequestId: requestId,
      HostId: exchange.header('host') ?? '',
      Code: error.code,
      Message: error.message,
      Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=Edas&requestId=${requestId}`,
    };
    const response = this.render(exchange, error.status, 'Error', body);
    return { ...response, headers: { ...response.headers, ...error.more.headers } };
  }

  protected commonHeaders(entry: RequestLogEntry): Record<string, string> {
    return {
      Date: new Date(this.context.clock.now()).toUTCString(),
      'x-acs-request-id': entry.requestId,
      'x-acs-trace-id': entry.requestId.replaceAll('-', '').toLowerCase(),
    };
  }

  private credentialFor(key: SandboxKey, requestId: string): Record<string, unknown> {
    const { bucket, regionId, keyPrefix, endpoints } = this.location();
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

  /** JSON for clients that accept it, and XML for all others, as ROA gateways do. */
  private render(exchange: Exchange, status: number, root: string, body: unknown): ServiceResponse {
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
