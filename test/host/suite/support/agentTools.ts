import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { CancellationTokenSource, lm, type CancellationToken, type Uri } from 'vscode';
import { toolNames } from '../../../../src/features/agent/toolNames';
import type { Sandbox } from '../../../sandbox';

/** Calls a tool from another extension, and resolves with the text for the model. */
export type InvokeTool = (
  name: string,
  input: object,
  token?: CancellationToken,
) => Promise<string>;

export interface AgentFixture {
  readonly sandbox: Sandbox;
  readonly invokeTool: InvokeTool;
  readonly write: (name: string, content: string | Uint8Array) => Promise<Uri>;
}

/** An input for each tool. */
const inputs: Readonly<Record<(typeof toolNames)[number], object>> = {
  edas_get_credential_status: {},
  edas_list_packages: { prefix: 'agent/' },
  edas_upload_package: { file: 'agent.jar', key: 'agent/${fileName}' },
  edas_list_applications: {},
  edas_deploy_package: { application: 'orders', package: 'agent/agent.jar' },
  edas_get_deployment_status: { deployment: 'none' },
  edas_list_deployments: {},
};

/** Tests of the tools while no account is signed in. */
export function agentToolsSignedOut(fixture: () => AgentFixture): void {
  describe("agent's tools", () => {
    it('are registered with their input schemas', () => {
      const known = lm.tools.filter(({ name }) => name.startsWith('edas_'));
      assert.deepEqual(known.map(({ name }) => name).sort(), [...toolNames].sort());
      for (const { inputSchema } of known) assert.ok(inputSchema);
    });

    for (const name of toolNames) {
      it(`${name} reports that the user must sign in, and sends no request`, async () => {
        const { invokeTool, write, sandbox } = fixture();
        await write('agent.jar', 'built');
        const result = await invokeTool(name, inputs[name]);
        assert.match(result, /^(error: account\.signedOut|state: "signedOut")\n/);
        assert.match(result, /^next: Ask the person to run the command "EDAS: Sign In…"/m);
        assert.deepEqual(sandbox.requestLog.entries, []);
      });
    }
  });
}

/** Tests of the tools with a credential. In these tests VS Code confirms each call itself; see test/host/ui/agent.test.ts. */
export function agentToolsSignedIn(fixture: () => AgentFixture): void {
  describe("agent's tools", () => {
    const call: InvokeTool = (...args) => fixture().invokeTool(...args);
    const results: string[] = [];
    const read = async (name: string, input: object = {}): Promise<string> => {
      const result = await call(name, input);
      results.push(result);
      return result;
    };

    before(async () => {
      const { sandbox, write } = fixture();
      sandbox.deploy.add({ name: 'orders' });
      sandbox.deploy.stageMs = 200;
      sandbox.deploy.runInRealTime();
      await write('agent.jar', 'built');
    });

    it('report the state of the credential', async () => {
      assert.match(await read('edas_get_credential_status'), /^state: "ready"$/m);
    });

    it('upload, list, deploy and follow a package', async () => {
      const uploaded = await read('edas_upload_package', inputs.edas_upload_package);
      assert.match(uploaded, /^package: "agent\/agent\.jar"$/m);
      assert.match(uploaded, /^verified: true$/m);
      assert.match(
        await read('edas_list_packages', inputs.edas_list_packages),
        /^package: \{"name":"agent\/agent\.jar","bytes":5,/m,
      );
      assert.match(await read('edas_list_applications'), /"name":"orders"/);
      const started = await read('edas_deploy_package', inputs.edas_deploy_package);
      assert.match(started, /^state: "running"$/m);
      const [, deployment = ''] = /^deployment: "(.+)"$/m.exec(started) ?? [];
      const ended = await read('edas_get_deployment_status', { deployment, waitSeconds: 25 });
      assert.match(ended, /^state: "succeeded"$/m);
      assert.match(await read('edas_list_deployments'), /"state":"succeeded"/);
    });

    it('return error codes, and overwrite only with the parameter overwrite', async () => {
      for (const [name, input, code] of [
        [
          'edas_upload_package',
          { ...inputs.edas_upload_package, file: 'none.jar' },
          'source.notFound',
        ],
        ['edas_upload_package', { file: 'agent.jar', key: '../x' }, 'key.outsidePrefix'],
        [
          'edas_deploy_package',
          { application: 'none', package: 'agent/agent.jar' },
          'deploy.applicationNotFound',
        ],
        ['edas_deploy_package', { application: 'orders', package: 'none.jar' }, 'oss.noSuchKey'],
        ['edas_get_deployment_status', { deployment: 'none' }, 'deploy.gone'],
        ['edas_list_deployments', { application: 'none' }, 'deploy.applicationNotFound'],
      ] as const)
        assert.match(await read(name, input), new RegExp(`^error: ${code.replace('.', '\\.')}\n`));
      await fixture().write('agent.jar', 'rebuilt');
      assert.match(
        await read('edas_upload_package', inputs.edas_upload_package),
        /^error: oss\.objectExists\n/,
      );
      const overwrite = { ...inputs.edas_upload_package, overwrite: true };
      assert.match(await read('edas_upload_package', overwrite), /^verified: true$/m);
    });

    for (const name of toolNames)
      it(`${name} rejects a parameter that is not in its schema`, async () => {
        assert.match(await read(name, { ...inputs[name], other: 1 }), /^error: agent\.badInput\n/);
      });

    it('stop when they are cancelled', async () => {
      const { sandbox, write } = fixture();
      await write('slow.jar', randomBytes(3_000_000));
      for (const [operation, name, input] of [
        ['PutObject', 'edas_upload_package', { file: 'slow.jar' }],
        ['ListObjectsV2', 'edas_list_packages', {}],
        ['ListApplication', 'edas_list_applications', {}],
      ] as const) {
        sandbox.faults.add({ operation }, { kind: 'stall' });
        sandbox.requestLog.clear();
        const requested = sandbox.requestLog.when((request) => request.operation === operation);
        const source = new CancellationTokenSource();
        const running = call(name, input, source.token);
        await requested;
        source.cancel();
        await assert.rejects(running, { name: 'Canceled' });
        sandbox.faults.clear();
      }
      assert.equal(sandbox.objects.exists(`${sandbox.keyPrefix}/slow.jar`), false);
    });

    it('return no secret', () => {
      const { sandbox } = fixture();
      const text = results.join('\n');
      for (const { secret } of sandbox.keys) assert.ok(!text.includes(secret));
      assert.doesNotMatch(text, /CAIS|STS\.N|Signature/);
    });
  });
}
