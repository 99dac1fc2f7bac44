import { createHash } from 'node:crypto';

import type { SandboxKey } from '../options';
import { parseIsoTime, toleranceMs, type ServiceClock } from '../server/clock';
import { ServiceError } from '../server/errors';
import type { Exchange } from '../server/exchange';
import { echoOf, officialSignature, parseAcs3 } from './acs3';

const emptyHash = createHash('sha256').digest('hex');

/**
 * The API gateway before EDAS: accepts requests that are well-formed, recent, not repeated and correctly signed.
 * Codes and statuses: the gateway's table of client errors (help.aliyun.com document_detail/48054).
 */
export class Gateway {
  private readonly usedNonces = new Set<string>();

  constructor(
    private readonly keys: readonly SandboxKey[],
    private readonly clock: ServiceClock,
  ) {}

  /** Returns the caller's key. Throws the gateway's error. */
  authenticate(exchange: Exchange): SandboxKey {
    const version = need(exchange, 'x-acs-version', 'Version');
    if (version !== '2017-08-01')
      throw refused(404, 'InvalidVersion', 'Specified parameter Version is not valid.');
    const action = need(exchange, 'x-acs-action', 'Action');
    if (action !== exchange.entry.operation)
      throw refused(
        404,
        'InvalidApi.NotFound',
        'Specified api is not found, please check your url and method.',
      );
    const authorization = parseAcs3(need(exchange, 'authorization', 'AccessKeyId'));
    if (!authorization)
      throw refused(
        400,
        'IncompleteSignature',
        'The request signature does not conform to Aliyun standards.',
      );
    this.checkTime(need(exchange, 'x-acs-date', 'Timestamp'));
    const nonce = need(exchange, 'x-acs-signature-nonce', 'SignatureNonce');
    const key = this.keys.find(({ id }) => id === authorization.accessKeyId);
    if (!key)
      throw refused(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    if (key.state === 'disabled')
      throw refused(400, 'InvalidAccessKeyId.Inactive', 'Specified access key is disabled.');
    this.checkToken(exchange, key);
    this.checkSignature(exchange, key, authorization.signedHeaders, authorization.signature);
    if (this.usedNonces.has(nonce))
      throw refused(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
    this.usedNonces.add(nonce);
    return key;
  }

  private checkTime(text: string): void {
    const time = text.includes('-') ? parseIsoTime(text) : undefined;
    if (time === undefined)
      throw refused(
        400,
        'InvalidTimeStamp.Format',
        'Specified time stamp or date value is not well formatted.',
      );
    if (Math.abs(time - this.clock.now()) > toleranceMs)
      throw refused(
        400,
        'InvalidTimeStamp.Expired',
        'Specified time stamp or date value is expired.',
      );
  }

  private checkToken(exchange: Exchange, key: SandboxKey): void {
    const token = exchange.header('x-acs-security-token');
    if (key.securityToken === undefined && token === undefined) return;
    if (token === undefined)
      throw refused(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
    const owner = this.keys.find(({ securityToken }) => securityToken === token);
    if (!owner)
      throw refused(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
    if (owner !== key)
      throw refused(
        400,
        'InvalidSecurityToken.MismatchWithAccessKey',
        'Specified SecurityToken mismatch with the AccessKey.',
      );
    if (key.expiresAt !== undefined && this.clock.now() >= key.expiresAt)
      throw refused(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
  }

  private checkSignature(
    exchange: Exchange,
    key: SandboxKey,
    signedHeaders: readonly string[],
    signature: string,
  ): void {
    // host, content-type and all of x-acs-* must be signed; the official function signs just these.
    const present = Object.keys(exchange.request.headers).filter(
      (name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'),
    );
    const url = new URL(exchange.request.url!, 'http://edas');
    const request = {
      method: exchange.request.method!,
      pathname: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(present.map((name) => [name, exchange.header(name)!])),
      payloadHash: exchange.header('x-acs-content-sha256') ?? emptyHash,
    };
    const complete = [...signedHeaders].sort().join() === present.sort().join();
    const expected = officialSignature(request, key.id, key.secret);
    if (!complete || signature !== expected || request.payloadHash !== emptyHash)
      throw refused(
        400,
        'SignatureDoesNotMatch',
        `Specified signature is not matched with our calculation. ${echoOf(request)}`,
      );
  }
}

function need(exchange: Exchange, header: string, name: string): string {
  const value = exchange.header(header);
  if (!value) throw refused(400, `Missing${name}`, `${name} is mandatory for this action.`);
  return value;
}

function refused(status: number, code: string, message: string): ServiceError {
  return new ServiceError(status, code, message);
}
