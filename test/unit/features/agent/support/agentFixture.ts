import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Account } from '../../../../../src/common/account';
import { TransferServices } from '../../../../../src/common/transferServices';
import { UploadService } from '../../../../../src/common/upload/uploadService';
import { resolvePackage } from '../../../../../src/core/deploy';
import { createHttpClient } from '../../../../../src/core/http/client';
import type { HttpClient } from '../../../../../src/core/http/types';
import { ServerClock } from '../../../../../src/core/util/clock';
import type { Disposable } from '../../../../../src/core/util/disposable';
import { Emitter } from '../../../../../src/core/util/emitter';
import type { Log } from '../../../../../src/core/util/log';
import { AgentTools, type PreparedCall } from '../../../../../src/features/agent/agentTools';
import type { ToolName } from '../../../../../src/features/agent/toolNames';
import type { SandboxOptions } from '../../../../sandbox';
import { DeployFixture } from '../../../core/deploy/support/deployFixture';
import { account } from '../../../support/account';
import { fakeWindow } from '../../../support/fakeWindow';

/** The tools of an agent, over a sandbox and a workspace on the disk. */
export class AgentFixture {
  account: Account | undefined = account();
  isTrusted = true;
  readonly tools: AgentTools;
  /** All texts that were returned, shown and logged so far. */
  readonly texts: string[] = [];
  readonly #http: HttpClient & Disposable = createHttpClient();
  readonly #transfers: TransferServices;

  private constructor(
    readonly deploy: DeployFixture,
    /** The workspace folder, and its parent, which is outside the workspace. */
    readonly folder: string,
    readonly outside: string,
  ) {
    const write = (text: string): void => void this.texts.push(text);
    const log: Log = { trace: write, debug: write, info: write, warn: write, error: write };
    const { session } = deploy;
    const network = () => 'public' as const;
    this.#transfers = new TransferServices({
      http: this.#http,
      clock: new ServerClock(),
      log,
      session,
      network,
      storageFolder: path.join(outside, 'storage'),
      packingFolder: path.join(outside, 'packing'),
      settings: () => ({ partSize: 8, parallelParts: 4 }),
    });
    const current = (): Account | undefined => this.account;
    const accounts = {
      get current() {
        return current();
      },
      onDidChange: new Emitter<Account | undefined>().event,
    };
    const transferServices = { get: () => Promise.resolve(this.#transfers) } as never;
    const services = {
      get deployments() {
        return deploy.deployments;
      },
      resolve: (object: Parameters<typeof resolvePackage>[1], signal?: AbortSignal) =>
        resolvePackage({ session, network, log, oss: this.#transfers.oss }, object, signal),
    };
    this.tools = new AgentTools({
      accounts,
      session,
      transferServices,
      network,
      log,
      uploads: new UploadService({ accounts, session, transferServices, log }),
      deployServices: { get: () => Promise.resolve(services) } as never,
      isTrusted: () => this.isTrusted,
    });
  }

  static async start(options: SandboxOptions = {}, stallMs?: number): Promise<AgentFixture> {
    fakeWindow.reset();
    const top = await realpath(await mkdtemp(path.join(os.tmpdir(), 'edas-agent-')));
    const folder = path.join(top, 'shop');
    await mkdir(folder);
    fakeWindow.folders = [folder];
    return new AgentFixture(await DeployFixture.start(options, stallMs), folder, top);
  }

  get sandbox(): DeployFixture['sandbox'] {
    return this.deploy.sandbox;
  }

  /** @param name relative to the workspace folder */
  async write(name: string, content: string | Uint8Array = name): Promise<string> {
    const file = path.join(this.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  }

  keyOf(name: string): string {
    return `${this.sandbox.keyPrefix}/${name}`;
  }

  stored(name: string): string | undefined {
    return this.sandbox.objects.exists(this.keyOf(name)) ? name : undefined;
  }

  async contents(name: string): Promise<string> {
    return (await this.sandbox.objects.read(this.keyOf(name))).toString();
  }

  /** Uploads an object as another client would. */
  async put(name: string, content: string): Promise<void> {
    await this.deploy.session.use((credential) =>
      this.deploy.oss.putObject(
        { credential, network: 'public' },
        { key: this.keyOf(name), body: Buffer.from(content), forbidOverwrite: false },
      ),
    );
  }

  async prepare(name: ToolName, input: object, signal = live()): Promise<PreparedCall> {
    const prepared = await this.tools.prepare(name, input, signal);
    const { title = '', lines = [] } = prepared.confirmation ?? {};
    this.texts.push(prepared.progress, title, ...lines);
    return prepared;
  }

  async invoke(name: ToolName, input: object, signal = live()): Promise<string> {
    const result = await this.tools.invoke(name, input, signal);
    this.texts.push(result);
    return result;
  }

  /** Calls a tool; the person confirms whatever has to be confirmed. */
  async call(name: ToolName, input: object = {}): Promise<string> {
    await this.prepare(name, input);
    return this.invoke(name, input);
  }

  /** The text that the person has to confirm. */
  async confirmation(name: ToolName, input: object): Promise<string> {
    const { confirmation } = await this.prepare(name, input);
    assert.ok(confirmation, 'no confirmation is required');
    return [confirmation.title, ...confirmation.lines].join('\n');
  }

  puts(): number {
    return this.sandbox.requestLog.count({ operation: 'PutObject' });
  }

  async stop(): Promise<void> {
    await this.#transfers.stop();
    this.#http.dispose();
    await this.deploy.stop();
    await rm(this.outside, { recursive: true, force: true });
    fakeWindow.reset();
  }
}

function live(): AbortSignal {
  return new AbortController().signal;
}
