import { randomUUID } from 'node:crypto';
import type { ServerClock } from '../clock';
import { isCoded } from '../errors';
import type { HttpClient } from '../http/http';
import type { Log } from '../log';
import { learnFromAnswer } from '../serverTime';
import { emptyPayloadHash, signAcs3 } from './acs3';
import type { AccessKeys, Credential } from './credential';
import { readCredential } from './credentialAnswer';
import { gatewayFailure, parseJson } from './gatewayFailure';

/** Who asks EDAS, and where. */
export interface EdasCaller {
  readonly keys: AccessKeys;
  /** Origin of the EDAS API, as from `parseEndpoint`. */
  readonly endpoint: string;
}

const pathname = '/pop/v5/package_storage_credential';

/** The EDAS API, of which we need one call. Source: EDAS 2017-08-01, "GetPackageStorageCredential". */
export class EdasClient {
  constructor(
    private readonly http: HttpClient,
    private readonly clock: ServerClock,
    private readonly log: Log,
  ) {}

  /**
   * Asks for the credential that opens the account's package prefix in OSS.
   * When EDAS finds our clock wrong, the clock is corrected by the answer and the request goes out once more.
   *
   * @throws CodedError `edas.*`, `answer.*`, `network.*`
   * @throws an `AbortError`
   */
  async getPackageStorageCredential(caller: EdasCaller, signal?: AbortSignal): Promise<Credential> {
    const offsetMs = this.clock.offsetMs;
    try {
      return await this.#ask(caller, signal);
    } catch (error) {
      if (!isCoded(error, 'edas.clockSkewed') || this.clock.offsetMs === offsetMs) {
        throw error;
      }
      this.log.info(`EDAS: the server's clock is ${this.clock.offsetMs} ms ahead; asking again`);
      return this.#ask(caller, signal);
    }
  }

  async #ask({ keys, endpoint }: EdasCaller, signal?: AbortSignal): Promise<Credential> {
    const { host } = new URL(endpoint);
    const answer = await this.http.send({
      method: 'GET',
      url: endpoint + pathname,
      headers: this.#headers(host, keys),
      ...(signal && { signal }),
    });
    learnFromAnswer(this.clock, answer);
    const body = answer.status === 200 ? parseJson(answer.body.toString('utf8')) : undefined;
    if (!succeeded(body)) {
      const error = await gatewayFailure(answer, { host, keys, clock: this.clock });
      this.log.warn(`EDAS GetPackageStorageCredential: ${error.message}`);
      throw error;
    }
    const facts = { host, httpStatus: answer.status };
    const credential = readCredential(body, this.clock.now(), facts);
    this.log.info(`EDAS GetPackageStorageCredential: 200, RequestId ${credential.requestId}`);
    return credential;
  }

  #headers(host: string, keys: AccessKeys): Record<string, string> {
    const token = keys.securityToken;
    const headers = {
      // Without it the gateway answers XML.
      accept: 'application/json',
      'x-acs-action': 'GetPackageStorageCredential',
      'x-acs-version': '2017-08-01',
      'x-acs-date': new Date(this.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      'x-acs-signature-nonce': randomUUID().replaceAll('-', ''),
      'x-acs-content-sha256': emptyPayloadHash,
      ...(token && {
        'x-acs-accesskey-id': keys.accessKeyId,
        'x-acs-security-token': token.reveal(),
      }),
    };
    // The host is signed, but it is the HTTP layer that sends it.
    const signed = { ...headers, host };
    const request = { method: 'GET', pathname, query: {}, headers: signed };
    const authorization = signAcs3({ ...request, payloadHash: emptyPayloadHash }, keys);
    return { ...headers, authorization };
  }
}

function succeeded(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('Code' in body)) {
    return false;
  }
  return body.Code === 200 || body.Code === '200';
}
