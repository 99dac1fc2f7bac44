import type { ServerClock } from '../util/clock';
import { CodedError, hasCode, type ErrorFacts } from '../errors/catalogue';
import type { ResponseHead } from '../http/response';
import type { HttpResponse, HttpBody, HttpClient, HttpRequest, HttpStream } from '../http/types';
import type { Log } from '../util/log';
import { redact } from '../util/redact';
import { safeServerToken } from '../util/serverText';
import { parseXml, type XmlElement } from '../util/xml';
import { objectUrl } from './urls';
import { ResponseReader } from './responseReader';
import { ossError } from './ossErrors';
import { canonicalQuery, ossV4Timestamp, type OssV4Signer, type OssQuery } from './signatureV4';
import type { OssTarget } from './types';

/** One operation of OSS, before it is addressed and signed. */
export interface OssOperation {
  readonly method: HttpRequest['method'];
  /** Without a key the bucket itself is asked. */
  readonly key?: string;
  readonly query?: OssQuery;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | HttpBody;
  /** Bytes. */
  readonly maxAnswerBytes?: number;
}

/** What all calls of a client share. */
export interface OssClientDeps {
  readonly http: HttpClient;
  readonly clock: ServerClock;
  readonly log: Log;
  readonly signer: OssV4Signer;
}

/** How much of a refused download is read to learn why, bytes. */
const maxFailureBytes = 64 * 1024;

/** How it shows that there is no way to a host. */
const unreachableCodes = [
  'network.nameNotResolved',
  'network.refused',
  'network.stalled',
  'network.unreachable',
  'network.blocked',
] as const;

/** Speaks to one target: addresses, signs and sends operations, and turns refusals into errors of the catalogue. */
export class OssRequestSender {
  constructor(
    private readonly tools: OssClientDeps,
    private readonly target: OssTarget,
    private readonly signal?: AbortSignal,
  ) {}

  /** @throws CodedError `oss.*`, `answer.*`, `network.*`; an `AbortError` */
  send(operation: OssOperation): Promise<HttpResponse> {
    return this.#sendWithClockSync(
      operation,
      (request) => this.tools.http.send(request),
      ({ body }) => body,
    );
  }

  /** As `send`, for an answer whose body is read while it arrives. */
  stream(operation: OssOperation): Promise<HttpStream> {
    return this.#sendWithClockSync(
      operation,
      (request) => this.tools.http.stream(request),
      readBeginning,
    );
  }

  /** Reads the headers of an answer of success. */
  reader(answer: ResponseHead): ResponseReader {
    return new ResponseReader(this.#factsOf(answer));
  }

  /** Reads an answer whose body is XML. */
  async readXml<T>(
    answer: HttpResponse,
    read: (root: XmlElement, reader: ResponseReader) => T,
  ): Promise<T> {
    return read(await parseXml(answer.body, this.#factsOf(answer)), this.reader(answer));
  }

  /**
   * A request that is refused for its time, or for its signature, which has the time in it, is sent once more if the
   * response has corrected the clock.
   */
  async #sendWithClockSync<Answer extends ResponseHead>(
    operation: OssOperation,
    send: (request: HttpRequest) => Promise<Answer>,
    readBody: (answer: Answer) => Buffer | Promise<Buffer>,
  ): Promise<Answer> {
    const { clock, log } = this.tools;
    for (let isLast = false; ; isLast = true) {
      const offsetMs = clock.offsetMs;
      const answer = await this.#connect(() => send(this.#request(operation)));
      if (answer.status >= 200 && answer.status < 300) {
        const requestId = safeServerToken(answer.header('x-oss-request-id')) ?? 'none';
        log.debug(`${nameOf(operation)}: ${answer.status}, RequestId ${requestId}`);
        return answer;
      }
      const error = await this.#failureOf(operation, answer, await readBody(answer));
      log.debug(`${nameOf(operation)}: ${error.message}`);
      const mayBeTheClock = hasCode(error, 'oss.clockSkewed', 'oss.signatureRejected');
      if (isLast || !mayBeTheClock || clock.offsetMs === offsetMs) {
        throw error;
      }
    }
  }

  /** Notes in a failure that the endpoint is one that this computer may have no way to. */
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
    const { method, key, query = [], body, maxAnswerBytes } = operation;
    const time = ossV4Timestamp(this.tools.clock.now());
    const headers = {
      ...operation.headers,
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-date': time,
      'x-oss-security-token': credential.securityToken.reveal(),
    };
    const authorization = this.tools.signer.authorize(
      { method, bucket: credential.bucket, ...(key !== undefined && { key }), query, headers },
      credential,
      { time, region: credential.regionId },
    );
    return {
      method,
      url: objectUrl(this.target, key) + (query.length > 0 ? `?${canonicalQuery(query)}` : ''),
      headers: { ...headers, authorization },
      ...(body && { body }),
      ...(this.signal && { signal: this.signal }),
      ...(maxAnswerBytes !== undefined && { maxAnswerBytes }),
    };
  }

  #failureOf({ key }: OssOperation, answer: ResponseHead, body: Buffer): Promise<CodedError> {
    const { credential } = this.target;
    return ossError(answer, body, {
      facts: { ...this.#factsOf(answer), subject: key ?? credential.bucket },
      credential,
      clock: this.tools.clock,
    });
  }

  #factsOf({ status }: ResponseHead): ErrorFacts {
    return { host: new URL(objectUrl(this.target)).host, httpStatus: status };
  }
}

/** For the log, on one line. The query may hold what a server named: markers and tokens of the next page. */
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
