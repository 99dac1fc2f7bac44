import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ServerCertificate } from '../network/authority';
import type { SandboxSettings } from '../options';
import type { ServiceResponse } from './response';
import type { ServiceClock } from './clock';
import { ConnectionClosed, ServiceError } from './errors';
import { Exchange } from './exchange';
import type { FaultAction, Faults, FaultSubject } from './faults';
import type { RequestLog, RequestLogEntry } from './requestLog';
import { Listener } from './listener';
import type { Service } from './operations';

/** What both services of a sandbox share. */
export interface ServiceContext {
  readonly clock: ServiceClock;
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  readonly settings: SandboxSettings;
}

/** What a request addresses, read only from its request line and Host header. */
export type RequestSubject = Omit<FaultSubject, 'service'> & { readonly uploadId?: string };

/** A service: listens, applies faults, writes the request log; its subclass makes the responses. */
export abstract class HttpService {
  readonly listener: Listener;

  constructor(
    private readonly service: Service,
    protected readonly context: ServiceContext,
    host: string,
    certificate: ServerCertificate | undefined,
  ) {
    this.listener = new Listener(host, certificate, (request, response) => {
      void this.handle(request, response);
    });
  }

  protected abstract describeRequest(request: IncomingMessage): RequestSubject;
  /** Processes the request; throws a `ServiceError` to reject it. */
  protected abstract work(exchange: Exchange): Promise<ServiceResponse>;
  protected abstract refusal(exchange: Exchange, error: ServiceError): ServiceResponse;
  /** Headers of every response. */
  protected abstract commonHeaders(entry: RequestLogEntry): Record<string, string>;

  protected newRequestId(): string {
    return randomBytes(12).toString('hex').toUpperCase();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, requestLog, settings } = this.context;
    const subject = this.describeRequest(request);
    const fault = faults.take({ service: this.service, ...subject });
    const entry: RequestLogEntry = {
      service: this.service,
      ...subject,
      method: request.method ?? '',
      path: (request.url ?? '').split('?')[0]!,
      connection: this.listener.numberOf(request.socket),
      requestId: this.newRequestId(),
      bytesReceived: 0,
      ended: false,
    };
    if (fault) entry.fault = fault.kind;
    requestLog.add(entry);
    const exchange = new Exchange(request, response, this.listener, entry, fault, () =>
      requestLog.changed(),
    );
    try {
      if (settings.latencyMs > 0) await sleep(settings.latencyMs);
      const result = await this.respond(exchange);
      const headers = { ...this.commonHeaders(entry), ...result.headers };
      await exchange.send({ ...result, headers });
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) {
        console.error('sandbox:', error);
        exchange.reset();
      }
    } finally {
      entry.ended = true;
      requestLog.changed();
    }
  }

  private async respond(exchange: Exchange): Promise<ServiceResponse> {
    const { fault } = exchange;
    try {
      if (fault?.kind === 'delay' && !fault.afterWork) await sleep(fault.ms);
      if (fault?.kind === 'error') throw errorOf(fault);
      if (fault?.kind === 'respond' && !fault.afterWork) return verbatim(fault);
      if (!exchange.hasBody) await exchange.receive({ write: () => undefined });
      const response = await this.work(exchange);
      if (fault?.kind === 'delay' && fault.afterWork) await sleep(fault.ms);
      if (fault?.kind === 'respond') return verbatim(fault);
      if (fault?.kind === 'loseResponse') {
        exchange.reset();
        throw new ConnectionClosed();
      }
      return response;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { code: error.code, ...this.refusal(exchange, error) };
    }
  }
}

function errorOf(fault: Extract<FaultAction, { kind: 'error' }>): ServiceError {
  const headers: Record<string, string> = { ...fault.headers };
  if (fault.retryAfterSeconds !== undefined) headers['Retry-After'] = `${fault.retryAfterSeconds}`;
  return new ServiceError(fault.status, fault.code, fault.message ?? `${fault.code}.`, { headers });
}

function verbatim(fault: Extract<FaultAction, { kind: 'respond' }>): ServiceResponse {
  return {
    status: fault.status,
    ...(fault.headers && { headers: fault.headers }),
    ...(fault.body !== undefined && { body: fault.body }),
  };
}
