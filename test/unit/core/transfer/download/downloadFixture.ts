import { ServerClock } from '../../../../../src/core/util/clock';
import type { PackageLocation } from '../../../../../src/core/credential/packageLocation';
import { EdasApi } from '../../../../../src/core/alibaba/edas/edasApi';
import { createHttpClient } from '../../../../../src/core/http/client';
import { silentLog } from '../../../../../src/core/util/log';
import { OssClient } from '../../../../../src/core/oss/client';
import { Secret } from '../../../../../src/core/util/secret';
import { CredentialSession } from '../../../../../src/core/credential/session';
import { defaultKeys, Sandbox, type SandboxOptions } from '../../../../sandbox';

/** A sandbox, and a session and an OSS client that use it. */
export class DownloadFixture {
  readonly network = (): 'public' => 'public';
  readonly log = silentLog;
  readonly session: CredentialSession;
  readonly oss: OssClient;
  readonly #http = createHttpClient();

  private constructor(readonly sandbox: Sandbox) {
    const clock = new ServerClock();
    const [pair] = defaultKeys;
    const keys = { accessKeyId: pair!.id, accessKeySecret: new Secret(pair!.secret) };
    const edas = new EdasApi(this.#http, clock, silentLog);
    const endpoint = sandbox.edasEndpoint;
    this.oss = new OssClient(this.#http, clock, silentLog);
    this.session = new CredentialSession({
      fetch: (signal) => edas.getPackageStorageCredential({ keys, endpoint }, signal),
      clock,
    });
  }

  static async start(options: SandboxOptions = {}): Promise<DownloadFixture> {
    return new DownloadFixture(await Sandbox.start(options));
  }

  /** The location in the sandbox's credentials. */
  get location(): PackageLocation {
    const { bucket, keyPrefix } = this.sandbox;
    return { bucket, keyPrefix };
  }

  async stop(): Promise<void> {
    this.session.dispose();
    this.#http.dispose();
    await this.sandbox.stop();
  }
}
