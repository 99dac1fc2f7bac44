import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ServerCertificate } from '../network/authority';
import type { SandboxSettings } from '../options';
import type { Answer } from './answer';
import type { ServiceClock } from './clock';
import { ConnectionGone, ServiceError } from './errors';
import { Exchange } from './exchange';
import type { FaultAction, Faults, FaultSubject } from './faults';
import type { RequestLog, JournalEntry } from './journal';
import { Listener } from './listener';
import type { Service } from './operations';

/** What both services of a sandbox share. */
export interface ServiceContext {
  readonly clock: ServiceClock;
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  readonly settings: SandboxSettings;
}

/** What a request asks for, read from its line and Host alone. */
export type RequestSubject = Omit<FaultSubject, 'service'> & { readonly uploadId?: string };

/** A service: listens, plays faults, writes the journal; what it answers is its subclass's affair. */
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
  /** Does the work; refuses with a `ServiceError`. */
  protected abstract work(exchange: Exchange): Promise<Answer>;
  protected abstract refusal(exchange: Exchange, error: ServiceError): Answer;
  /** Headers that every answer has. */
  protected abstract commonHeaders(entry: JournalEntry): Record<string, string>;

  protected newRequestId(): string {
    return randomBytes(12).toString('hex').toUpperCase();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, requestLog: journal, settings } = this.context;
    const subject = this.describeRequest(request);
    const fault = faults.take({ service: this.service, ...subject });
    const entry: JournalEntry = {
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
    journal.add(entry);
    const exchange = new Exchange(request, response, this.listener, entry, fault, () =>
      journal.changed(),
    );
    try {
      if (settings.latencyMs > 0) await sleep(settings.latencyMs);
      const answer = await this.answer(exchange);
      const headers = { ...this.commonHeaders(entry), ...answer.headers };
      await exchange.send({ ...answer, headers });
    } catch (error) {
      if (!(error instanceof ConnectionGone)) {
        console.error('sandbox:', error);
        exchange.reset();
      }
    } finally {
      entry.ended = true;
      journal.changed();
    }
  }

  private async answer(exchange: Exchange): Promise<Answer> {
    const { fault } = exchange;
    try {
      if (fault?.kind === 'delay' && !fault.afterWork) await sleep(fault.ms);
      if (fault?.kind === 'error') throw errorOf(fault);
      if (fault?.kind === 'answer' && !fault.afterWork) return verbatim(fault);
      if (!exchange.hasBody) await exchange.receive({ write: () => undefined });
      const answer = await this.work(exchange);
      if (fault?.kind === 'delay' && fault.afterWork) await sleep(fault.ms);
      if (fault?.kind === 'answer') return verbatim(fault);
      if (fault?.kind === 'loseAnswer') {
        exchange.reset();
        throw new ConnectionGone();
      }
      return answer;
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

function verbatim(fault: Extract<FaultAction, { kind: 'answer' }>): Answer {
  return {
    status: fault.status,
    ...(fault.headers && { headers: fault.headers }),
    ...(fault.body !== undefined && { body: fault.body }),
  };
}
