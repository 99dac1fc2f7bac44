import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { SandboxSettings } from '../options';
import type { ApplicationOptions } from '../edas/deploy/applications';
import type { OrderFailure } from '../edas/deploy/orders';
import type { Sandbox } from '../sandbox';
import type { FaultAction, FaultMatch } from '../server/faults';
import type { EdasOperation, OssOperation, Service } from '../server/operations';

/** The calls that another process can make: the name of each, and its argument as JSON. */
export interface ControlCalls {
  state: (argument: { prefix?: string }) => SandboxState;
  addFault: (argument: { match: FaultMatch; action: FaultAction }) => void;
  clearFaults: () => void;
  clearRequestLog: () => void;
  expireCredentials: () => void;
  set: (
    argument: Partial<
      Omit<SandboxSettings, 'denied' | 'deniedCalls' | 'edasResponse' | 'unreadable'> & {
        denied: OssOperation[];
        deniedCalls: EdasOperation[];
        unreadable: string[];
        clockOffsetMs: number;
      }
    >,
  ) => void;
  down: (argument: { service: Service }) => Promise<void>;
  up: (argument: { service: Service }) => Promise<void>;
  /** The bytes in Base64. */
  read: (argument: { key: string }) => Promise<string>;
  deleteObject: (argument: { key: string }) => Promise<void>;
  /** Returns the application's id. */
  addApplication: (argument: ApplicationOptions) => string;
  /** Lets time pass for change orders, ms. */
  passOrders: (argument: { ms: number }) => void;
  /** Change orders progress in real time, one stage in `stageMs`. */
  runOrders: (argument: { stageMs: number }) => void;
  failNextOrder: (argument: OrderFailure) => void;
  /** Starts a deployment by another user; returns the change order's id. */
  startOtherOrder: (argument: { applicationId: string }) => string;
  orders: () => readonly OrderState[];
}

/** The state of a change order in EDAS. */
export interface OrderState {
  readonly id: string;
  readonly applicationId: string;
  readonly type: string;
  readonly status: number;
  /** The parameters of the call that created it. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The visible state of a sandbox; the CRC-64 is decimal text. */
export interface SandboxState {
  readonly connections: Readonly<Record<Service, number>>;
  readonly openConnections: Readonly<Record<Service, number>>;
  readonly objects: readonly {
    readonly key: string;
    readonly size: number;
    readonly etag: string;
    readonly crc64?: string;
  }[];
  readonly uploads: readonly {
    readonly id: string;
    readonly key: string;
    readonly parts: readonly number[];
  }[];
  readonly requestLog: Sandbox['requestLog']['entries'];
}

/** Responds to `POST /<call>` with JSON, on loopback. */
export class ControlServer {
  private readonly calls: ControlCalls;
  private readonly server = createServer((request, response) => {
    void this.respond(request).then(([status, body]) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });
  });

  private constructor(sandbox: Sandbox) {
    this.calls = callsOf(sandbox);
  }

  static async start(sandbox: Sandbox): Promise<ControlServer> {
    const control = new ControlServer(sandbox);
    await new Promise<void>((resolve) => control.server.listen(0, '127.0.0.1', resolve));
    return control;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async respond(request: IncomingMessage): Promise<[status: number, body: string]> {
    const name = (request.url ?? '').slice(1) as keyof ControlCalls;
    if (request.method !== 'POST' || !Object.hasOwn(this.calls, name)) return [404, '{}'];
    try {
      const text = Buffer.concat((await request.toArray()) as Buffer[]).toString();
      const call = this.calls[name] as (argument: unknown) => unknown;
      return [200, JSON.stringify({ value: await call(JSON.parse(text || '{}')) })];
    } catch (error) {
      return [400, JSON.stringify({ error: String(error) })];
    }
  }
}

function callsOf(sandbox: Sandbox): ControlCalls {
  const { faults, requestLog, issuer, objects, uploads, settings, clock, deploy } = sandbox;
  const both = (count: (service: Service) => number) => ({
    edas: count('edas'),
    oss: count('oss'),
  });
  return {
    state: ({ prefix }) => ({
      connections: both((service) => sandbox.connections(service)),
      openConnections: both((service) => sandbox.openConnections(service)),
      objects: objects.list(prefix).map(({ key, size, etag, crc64 }) => ({
        key,
        size,
        etag,
        ...(crc64 !== undefined && { crc64: crc64.toString() }),
      })),
      uploads: uploads
        .list(prefix)
        .map(({ id, key, parts }) => ({ id, key, parts: [...parts.keys()] })),
      requestLog: requestLog.entries,
    }),
    addFault: ({ match, action }) => void faults.add(match, action),
    clearFaults: () => faults.clear(),
    clearRequestLog: () => requestLog.clear(),
    expireCredentials: () => issuer.expire(),
    set: ({ denied, deniedCalls, unreadable, clockOffsetMs, ...others }) => {
      Object.assign(settings, others);
      if (deniedCalls) settings.deniedCalls = new Set(deniedCalls);
      if (unreadable) settings.unreadable = new Set(unreadable);
      if (denied) settings.denied = new Set(denied);
      if (clockOffsetMs !== undefined) clock.offsetMs = clockOffsetMs;
    },
    down: ({ service }) => sandbox.down(service),
    up: ({ service }) => sandbox.up(service),
    read: async ({ key }) => (await objects.read(key)).toString('base64'),
    deleteObject: ({ key }) => objects.delete(key),
    addApplication: (options) => deploy.add(options).id,
    passOrders: ({ ms }) => deploy.pass(ms),
    runOrders: ({ stageMs }) => {
      deploy.stageMs = stageMs;
      deploy.runInRealTime();
    },
    failNextOrder: (failure) => deploy.failNext(failure),
    startOtherOrder: ({ applicationId }) => {
      const application = deploy.find(applicationId);
      if (!application) throw new Error(`no application ${applicationId}`);
      return deploy.startOther(application).id;
    },
    orders: () =>
      deploy.orders.map(({ id, status, plan: { applicationId, type, parameters } }) => ({
        id,
        applicationId,
        type,
        status,
        parameters,
      })),
  };
}
