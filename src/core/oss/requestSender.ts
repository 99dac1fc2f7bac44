import type { ServerClock } from '../util/clock';
import { CodedError, hasCode, type ErrorFacts } from '../errors/catalogue';
import type { ResponseHead } from '../http/response';
import type { HttpResponse, HttpBody, HttpClient, HttpRequest, HttpStream } from '../http/types';
import type { Log } from '../util/log';
import { redact } from '../util/redact';
import { safeServerToken } from '../util/serverText';
import { parseXml, type XmlElement } from '../util/xml';
import { requestHost, requestUrl } from './urls';
import { ResponseReader } from './responseReader';
import { ossError } from './ossErrors';
import { canonicalQuery, ossV4Timestamp, type OssV4Signer, type OssQuery } from './signatureV4';
import type { OssTarget } from './types';

/** One operation of OSS, before it is addressed and signed. */
export interface OssOperation {
  readonly method: HttpRequest['method'];
  /** Without a key the request is about the bucket. */
  readonly key?: string;
  readonly query?: OssQuery;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | HttpBody;
  /** Bytes. */
  readonly maxResponseBytes?: number;
}

/** What all requests of a client share. */
export interface OssClientDeps {
  readonly http: HttpClient;
  readonly clock: ServerClock;
  readonly log: Log;
  readonly signer: OssV4Signer;
}

/** How much of the error response to a download is read, bytes. */
const maxFailureBytes = 64 * 1024;

/** Errors that occur when a host cannot be reached. */
const unreachableCodes = [
  'network.nameNotResolved',
  'network.refused',
  'network.stalled',
  'network.unreachable',
  'network.blocked',
] as const;

/** Addresses, signs and sends operations to one target, and turns error responses into `CodedError`s. */
export class OssRequestSender {
  constructor(
    private readonly deps: OssClientDeps,
    private readonly target: OssTarget,
    private readonly signal?: AbortSignal,
  ) {}

  get bucket(): string {
    return this.target.credential.bucket;
  }

  /** @throws CodedError `oss.*`, `response.*`, `network.*`; an `AbortError` */
  send(operation: OssOperation): Promise<HttpResponse> {
    return this.#sendWithClockSync(
      operation,
      (request) => this.deps.http.send(request),
      ({ body }) => body,
    );
  }

  /** As `send`, for a response whose body is read while it arrives. */
  stream(operation: OssOperation): Promise<HttpStream> {
    return this.#sendWithClockSync(
      operation,
      (request) => this.deps.http.stream(request),
      readBeginning,
    );
  }

  /** Reads the headers of a successful response. */
  reader(response: ResponseHead): ResponseReader {
    return new ResponseReader(this.#factsOf(response));
  }

  /** Reads a response whose body is XML. */
  async readXml<T>(
    response: HttpResponse,
    read: (root: XmlElement, reader: ResponseReader) => T,
  ): Promise<T> {
    return read(await parseXml(response.body, this.#factsOf(response)), this.reader(response));
  }

  /**
   * A request that is refused for its time, or for its signature, which has the time in it, is sent once more if the
   * response has corrected the clock.
   */
  async #sendWithClockSync<Response extends ResponseHead>(
    operation: OssOperation,
    send: (request: HttpRequest) => Promise<Response>,
    readBody: (response: Response) => Buffer | Promise<Buffer>,
  ): Promise<Response> {
    const { clock, log } = this.deps;
    const attempt = async (): Promise<Response> => {
      const response = await this.#connect(() => send(this.#request(operation)));
      if (response.status >= 200 && response.status < 300) {
        const requestId = safeServerToken(response.header('x-oss-request-id')) ?? 'none';
        log.debug(`${nameOf(operation)}: ${response.status}, RequestId ${requestId}`);
        return response;
      }
      const error = await this.#failureOf(operation, response, await readBody(response));
      log.debug(`${nameOf(operation)}: ${error.message}`);
      throw error;
    };
    const { offsetMs } = clock;
    try {
      return await attempt();
    } catch (error) {
      const mayBeTheClock = hasCode(error, 'oss.clockSkewed', 'oss.signatureRejected');
      if (!mayBeTheClock || clock.offsetMs === offsetMs) {
        throw error;
      }
      return attempt();
    }
  }

  /** Adds to a failure that the endpoint is one that this computer may be unable to reach. */
  async #connect<T>(send: () => Promise<T>): Promise<T> {
    const {
      network,
      credential: { endpoints },
    } = this.target;
    try {
      return await send();
    } catch (error) {
      const isPrivate = network !== 'public' && endpoints[network] !== endpoints.public;
      if (!isPrivate || !hasCode(error, ...unreachableCodes)) {
        throw error;
      }
      const facts = { ...error.facts, privateEndpoint: network };
      throw new CodedError(error.code, facts, { cause: error.cause });
    }
  }

  #request(operation: OssOperation): HttpRequest {
    const { credential } = this.target;
    const { method, key, query = [], body, maxResponseBytes } = operation;
    const time = ossV4Timestamp(this.deps.clock.now());
    const headers = {
      ...operation.headers,
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-date': time,
      'x-oss-security-token': credential.securityToken.reveal(),
    };
    const authorization = this.deps.signer.authorize(
      { method, bucket: credential.bucket, key, query, headers },
      credential,
      { time, region: credential.regionId },
    );
    return {
      method,
      url: requestUrl(this.target, key) + (query.length > 0 ? `?${canonicalQuery(query)}` : ''),
      headers: { ...headers, authorization },
      body,
      signal: this.signal,
      maxResponseBytes,
    };
  }

  #failureOf({ key }: OssOperation, response: ResponseHead, body: Buffer): Promise<CodedError> {
    const { credential } = this.target;
    return ossError(response, body, {
      facts: { ...this.#factsOf(response), subject: key ?? credential.bucket },
      credential,
      clock: this.deps.clock,
    });
  }

  #factsOf({ status }: ResponseHead): ErrorFacts {
    return { host: requestHost(this.target), httpStatus: status };
  }
}

/** For the log, on one line. The query may contain a server's text: markers and tokens of the next page. */
function nameOf({ method, key, query = [] }: OssOperation): string {
  const what = key === undefined ? 'bucket' : JSON.stringify(key);
  return `OSS ${method} ${what}${query.length > 0 ? `?${redact(canonicalQuery(query))}` : ''}`;
}

async function readBeginning({ body }: HttpStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= maxFailureBytes) {
      break;
    }
  }
  return Buffer.concat(chunks);
}
