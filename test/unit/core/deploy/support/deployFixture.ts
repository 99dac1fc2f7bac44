import { EdasApi } from '../../../../../src/core/alibaba/edas/edasApi';
import type { AccessKeys } from '../../../../../src/core/alibaba/edas/credential';
import { CredentialSession } from '../../../../../src/core/credential/session';
import {
  Deployments,
  resolvePackage,
  type DeploymentPlan,
  type DeploymentRequest,
  type DeploymentsOptions,
  type DeployPackage,
} from '../../../../../src/core/deploy';
import { createHttpClient } from '../../../../../src/core/http/client';
import type { HttpClient } from '../../../../../src/core/http/types';
import { OssClient } from '../../../../../src/core/oss/client';
import { ServerClock } from '../../../../../src/core/util/clock';
import type { Disposable } from '../../../../../src/core/util/disposable';
import { silentLog } from '../../../../../src/core/util/log';
import { Secret } from '../../../../../src/core/util/secret';
import { Sandbox, type SandboxOptions } from '../../../../sandbox';
import { FakeTiming } from '../../transfer/support/fakeTiming';

export const accountId = 'account-1';

/** Stores deployments in memory, as JSON, as VS Code does; survives a window reload. */
export class InMemoryStore {
  text: string | undefined;

  read(): unknown {
    return this.text === undefined ? undefined : JSON.parse(this.text);
  }

  write(value: unknown): Promise<void> {
    this.text = JSON.stringify(value);
    return Promise.resolve();
  }
}

/** A sandbox, and deployments to it. Waiting takes no real time: it advances the sandbox's change orders instead. */
export class DeployFixture implements Disposable {
  readonly timing = new FakeTiming();
  readonly state = new InMemoryStore();
  readonly #http: HttpClient & Disposable;
  readonly #clock = new ServerClock();
  readonly #opened: Deployments[] = [];
  readonly session: CredentialSession;
  readonly oss: OssClient;
  deployments: Deployments;
  /** The keys that are returned when the account's keys are read the next time. */
  keys: AccessKeys;
  /** How often the account's keys were read. */
  keyReads = 0;

  private constructor(
    readonly sandbox: Sandbox,
    private readonly stallMs: number | undefined,
  ) {
    const [key] = sandbox.keys;
    this.keys = { accessKeyId: key!.id, accessKeySecret: new Secret(key!.secret) };
    this.#http = createHttpClient();
    this.timing.onWait = (ms) => sandbox.deploy.pass(ms);
    const edas = new EdasApi(this.#http, this.#clock, silentLog);
    const endpoint = sandbox.edasEndpoint;
    const keys = this.keys;
    this.session = new CredentialSession({
      clock: this.#clock,
      fetch: (signal) => edas.getPackageStorageCredential({ keys, endpoint }, signal),
    });
    this.oss = new OssClient(this.#http, this.#clock, silentLog);
    this.deployments = this.open();
  }

  /** @param stallMs a request fails after this time without a byte */
  static async start(options: SandboxOptions = {}, stallMs?: number): Promise<DeployFixture> {
    return new DeployFixture(await Sandbox.start(options), stallMs);
  }

  /** Opens a window. Another window with the same stored state is the window after a reload. */
  open(options: Partial<DeploymentsOptions> = {}): Deployments {
    const http: HttpClient = {
      send: (request) =>
        this.#http.send(
          this.stallMs === undefined ? request : { ...request, stallMs: this.stallMs },
        ),
      stream: (request) => this.#http.stream(request),
    };
    const deployments = new Deployments({
      api: new EdasApi(http, this.#clock, silentLog),
      callerOf: () => {
        this.keyReads += 1;
        return Promise.resolve({ keys: this.keys, endpoint: this.sandbox.edasEndpoint });
      },
      state: this.state,
      log: silentLog,
      timing: this.timing,
      ...options,
    });
    this.#opened.push(deployments);
    return (this.deployments = deployments);
  }

  /** Uploads a small object and resolves it as a package. */
  async package(name = 'app.jar'): Promise<DeployPackage> {
    const key = `${this.sandbox.keyPrefix}/${name}`;
    const { crc64 } = await this.session.use((credential) =>
      this.oss.putObject(
        { credential, network: 'public' },
        { key, body: Buffer.from(name), forbidOverwrite: false },
      ),
    );
    const { session, oss, timing } = this;
    const deps = { session, oss, timing, network: () => 'public' as const, log: silentLog };
    return resolvePackage(deps, { key, crc64 });
  }

  async plan(
    applicationId: string,
    more: Partial<Omit<DeploymentRequest, 'package'>> & { readonly packageName?: string } = {},
  ): Promise<DeploymentPlan> {
    const { packageName, ...request } = more;
    return this.deployments.plan({
      accountId,
      applicationId,
      package: await this.package(packageName),
      ...request,
    });
  }

  /** How many change orders of EDAS were created by API calls. */
  get orderCount(): number {
    return this.sandbox.deploy.orders.filter(({ plan }) => plan.source === 'pop').length;
  }

  dispose(): void {
    this.#opened.forEach((each) => each.dispose());
    this.session.dispose();
    this.#http.dispose();
  }

  async stop(): Promise<void> {
    this.dispose();
    await this.sandbox.stop();
  }
}
