import path from 'node:path';

import { ControlServer } from './control/server';
import { EdasService } from './edas/edasService';
import { SandboxDeployments } from './edas/deploy/deployments';
import { CredentialIssuer } from './edas/issuer';
import { urlHost } from './network/address';
import { ConnectProxy } from './network/connectProxy';
import { SlowLink } from './network/slowLink';
import { TestAuthority } from './network/authority';
import { defaultKeys, type SandboxKey, type SandboxOptions, type SandboxSettings } from './options';
import { OssService } from './oss/ossService';
import { ServiceClock } from './server/clock';
import { Faults } from './server/faults';
import { RequestLog } from './server/requestLog';
import type { Service } from './server/operations';
import { Bodies } from './store/bodies';
import type { Objects } from './store/objects';
import { createStorage, type Storage } from './store/storage';

/** A local EDAS and OSS that reject what the real ones reject. README.md beside this file shows how to use it. */
export class Sandbox {
  readonly keys: readonly SandboxKey[];
  readonly region: string;
  readonly bucket: string;
  readonly keyPrefix: string;
  readonly clock = new ServiceClock();
  readonly faults = new Faults();
  readonly requestLog = new RequestLog();
  readonly settings: SandboxSettings;
  /** Issues and expires STS keys: `issuer.expire()` expires all that were issued. */
  readonly issuer = new CredentialIssuer(this.clock);
  /** EDAS's applications and their change orders. */
  readonly deploy: SandboxDeployments;
  /** With `tls`. */
  readonly authority?: TestAuthority;
  /** With `proxy`. */
  proxy?: ConnectProxy;
  /** With `slowLink`. */
  slowLink?: SlowLink;
  private control?: ControlServer;
  private readonly storage: Storage;
  private readonly services: Readonly<Record<Service, EdasService | OssService>>;

  private constructor(
    private readonly options: SandboxOptions,
    private readonly bodies: Bodies,
  ) {
    const { host = '127.0.0.1', tls = false } = options;
    this.keys = options.keys ?? defaultKeys;
    this.region = options.region ?? 'cn-hangzhou';
    this.bucket = options.bucket ?? 'edas-hz';
    this.keyPrefix = options.keyPrefix ?? 'release-pkg/117274586608';
    this.settings = {
      credentialSeconds: 3600,
      latencyMs: 0,
      denied: new Set(),
      deniedCalls: new Set(),
      unreadable: new Set(),
      crc64OfMultipart: true,
      minPartBytes: 100 * 1024,
      copyMs: 0,
      archived: new Set(),
      versioned: false,
      regionOffered: true,
      edasResponse: undefined,
      ...options.settings,
    };
    this.storage = createStorage(bodies);
    this.deploy = new SandboxDeployments({
      clock: this.clock,
      region: this.region,
      readUrl: (url) => this.readUrl(url),
    });
    if (tls) this.authority = tls === true ? new TestAuthority() : tls;
    const certificate = this.authority?.issueServer([
      host,
      'localhost',
      '127.0.0.1',
      '127.0.0.2',
      '::1',
      ...this.names(),
    ]);
    const { issuer, keys, storage } = this;
    this.services = {
      edas: new EdasService(
        this,
        keys,
        issuer,
        this.deploy,
        () => this.location(),
        host,
        certificate,
      ),
      oss: new OssService(this, issuer, keys, storage, this, host, certificate),
    };
  }

  /** Starts a sandbox on free ports; `stop()` stops it. */
  static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(
      options,
      await Bodies.open(options.store ?? 'disk', options.folder),
    );
    await Promise.all([sandbox.services.edas.listener.up(), sandbox.services.oss.listener.up()]);
    const target = sandbox.services.oss.listener.address;
    if (options.slowLink)
      sandbox.slowLink = await SlowLink.start({ ...options.slowLink, target, host: target.host });
    if (options.proxy)
      sandbox.proxy = await ConnectProxy.start({
        route: (name) => sandbox.route(name),
        ...(options.proxy !== true && { login: options.proxy.login }),
      });
    if (options.control) sandbox.control = await ControlServer.start(sandbox);
    return sandbox;
  }

  /** Origin for `edasPackages.endpoint`. */
  get edasEndpoint(): string {
    return this.services.edas.listener.origin;
  }

  /** Origin of OSS, path style; through the slow link if there is one. */
  get ossEndpoint(): string {
    const { origin } = this.services.oss.listener;
    if (!this.slowLink) return origin;
    const { host, port } = this.slowLink.address;
    return `${new URL(origin).protocol}//${urlHost(host)}:${port}`;
  }

  /** For `SandboxRemote` in another process; with `control`. */
  get controlEndpoint(): string | undefined {
    return this.control?.url;
  }

  /** The objects in the bucket. */
  get objects(): Pick<Objects, 'get' | 'list' | 'exists' | 'read' | 'put' | 'delete'> {
    return this.storage.objects;
  }

  /** Multipart uploads that are neither completed nor aborted. */
  get uploads(): Pick<Storage['uploads'], 'list'> {
    return this.storage.uploads;
  }

  /** Connections that a service has accepted since the start. */
  connections(service: Service): number {
    return this.services[service].listener.connections;
  }

  /** Connections that a service has open now. */
  openConnections(service: Service): number {
    return this.services[service].listener.open;
  }

  /** Refuses connections until `up`, and closes those that are open. */
  async down(...services: Service[]): Promise<void> {
    await Promise.all(services.map((service) => this.services[service].listener.down()));
  }

  async up(...services: Service[]): Promise<void> {
    await Promise.all(services.map((service) => this.services[service].listener.up()));
  }

  /** Writes the test authority's certificate, for `NODE_EXTRA_CA_CERTS`; returns the file. */
  async writeAuthority(folder = this.bodies.folder): Promise<string> {
    if (!this.authority) throw new Error('this sandbox speaks http');
    const file = path.join(folder, 'sandbox-authority.pem');
    await this.authority.writeCertificate(file);
    return file;
  }

  /** Closes every connection and removes what was stored (unless a folder was given). */
  async stop(): Promise<void> {
    await this.control?.stop();
    await this.proxy?.stop();
    await this.slowLink?.stop();
    await this.down('edas', 'oss');
    await this.bodies.close();
  }

  private location() {
    const { region, bucket, keyPrefix } = this;
    const real = this.options.endpoints === 'real-names';
    const endpoint = (infix: string) =>
      real ? `oss-${region}${infix}.aliyuncs.com` : this.ossEndpoint;
    const internal = endpoint('-internal');
    return {
      regionId: region,
      bucket,
      keyPrefix,
      endpoints: { public: endpoint(''), vpc: internal, internal },
    };
  }

  /** The status for an instance that reads a package: unsigned, at the internal endpoint, an object of EDAS's bucket. */
  private readUrl(url: string): number {
    const { endpoints } = this.location();
    const isReal = this.options.endpoints === 'real-names';
    const base = isReal
      ? `https://${this.bucket}.${endpoints.internal}/`
      : `${endpoints.internal}/${this.bucket}/`;
    if (!url.startsWith(base)) return isReal && url.includes('.aliyuncs.com/') ? 403 : 404;
    const key = decodeURIComponent(url.slice(base.length));
    if (!this.storage.objects.exists(key)) return 404;
    const { unreadable, archived } = this.settings;
    return unreadable.has(key) || archived.has(key) ? 403 : 200;
  }

  /** The public host names that the proxy routes here; those inside a VPC cannot be reached, as in reality. */
  private names(): [edas: string, bucket: string, oss: string] {
    const oss = `oss-${this.region}.aliyuncs.com`;
    return [`edas.${this.region}.aliyuncs.com`, `${this.bucket}.${oss}`, oss];
  }

  private route(name: string) {
    const [edas, ...oss] = this.names();
    if (name === `${edas}:443`) return this.services.edas.listener.address;
    const known = oss.some((host) => name === `${host}:443`);
    return known ? (this.slowLink?.address ?? this.services.oss.listener.address) : undefined;
  }
}
