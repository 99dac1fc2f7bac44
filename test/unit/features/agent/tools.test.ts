import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Field, Fields } from '../../../../src/core/util/inputFields';
import { toolNames, type ToolName } from '../../../../src/features/agent/toolNames';
import { tools } from '../../../../src/features/agent/tools';
import { AgentFixture } from './support/agentFixture';

interface Schema {
  readonly type: string;
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
}

interface ManifestTool {
  readonly name: ToolName;
  readonly toolReferenceName: string;
  readonly modelDescription: string;
  readonly canBeReferencedInPrompt: boolean;
  readonly icon: string;
  readonly when: string;
  readonly inputSchema: Schema;
}

/** A valid input of each tool, and inputs that it rejects. */
const inputs: Readonly<
  Record<ToolName, { readonly valid: object; readonly invalid: readonly object[] }>
> = {
  edas_get_credential_status: { valid: {}, invalid: [{ secrets: true }] },
  edas_list_packages: {
    valid: { prefix: 'apps/', count: 2 },
    invalid: [{ prefix: 1 }, { prefix: 'a\nb' }, { count: 0 }, { count: 201 }, { page: '' }],
  },
  edas_upload_package: {
    valid: { file: 'app.jar' },
    invalid: [
      {},
      { file: ['a.jar'] },
      { file: 'a.jar', overwrite: 'true' },
      { file: 'a\u202e.jar' },
    ],
  },
  edas_list_applications: { valid: { name: 'ord' }, invalid: [{ name: null }, { region: 'x' }] },
  edas_deploy_package: {
    valid: { application: 'orders', package: 'app.jar' },
    invalid: [
      { application: 'orders' },
      { package: 'app.jar' },
      { application: 'orders', package: 'app.jar', file: 'app.jar' },
      { application: 'orders', package: 'app.jar', overwrite: true },
      { application: 'orders', package: 'app.jar', batches: 1.5 },
      { application: 'orders', package: 'app.jar', wait: 6 },
      { application: 'orders', package: 'app.jar', release: 'canary' },
      { application: '  ', package: 'app.jar' },
    ],
  },
  edas_get_deployment_status: {
    valid: { deployment: 'none' },
    invalid: [{}, { deployment: 'x', waitSeconds: 601 }, { deployment: 'x'.repeat(1_025) }],
  },
  edas_list_deployments: { valid: { application: 'orders' }, invalid: [{ application: 7 }] },
};

describe('Agent tools in package.json', () => {
  let declared: readonly ManifestTool[];
  before(async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
      readonly contributes: { readonly languageModelTools: readonly ManifestTool[] };
    };
    declared = manifest.contributes.languageModelTools;
  });

  it('are exactly those that the code registers', () => {
    assert.deepEqual(
      declared.map(({ name }) => name),
      toolNames,
    );
    assert.deepEqual(Object.keys(tools), toolNames);
  });

  for (const name of toolNames) {
    it(`include ${name} with the schema of its fields, in trusted workspaces only`, () => {
      const tool = declared.find((each) => each.name === name);
      assert.ok(tool);
      const { inputSchema, modelDescription, toolReferenceName, when } = tool;
      assert.deepEqual(withoutDescriptions(inputSchema), schemaOf(tools[name].fields));
      for (const [property, { description }] of Object.entries(inputSchema.properties)) {
        assert.match(String(description), /^[A-Z].*\.$/s, property);
      }
      assert.match(modelDescription, /^[A-Z].*\.$/s);
      assert.match(toolReferenceName, /^[\w-]+$/);
      assert.equal(when, 'isWorkspaceTrusted');
    });
  }
});

/** The schema that the fields of a tool have. */
function schemaOf(fields: Fields): object {
  const required = Object.entries(fields).flatMap(([name, field]) =>
    field.isRequired ? [name] : [],
  );
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, propertyOf(field)]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function propertyOf({ expectation }: Field): object {
  switch (expectation.kind) {
    case 'flag':
      return { type: 'boolean' };
    case 'oneOf':
      return { type: 'string', enum: expectation.values };
    case 'text':
      return { type: 'string', minLength: 1, maxLength: expectation.maxLength };
    case 'whole':
      return { type: 'integer', minimum: expectation.least, maximum: expectation.most };
  }
}

function withoutDescriptions(schema: Schema): object {
  const properties = Object.entries(schema.properties).map(([name, property]) => [
    name,
    Object.fromEntries(Object.entries(property).filter(([key]) => key !== 'description')),
  ]);
  return { ...schema, properties: Object.fromEntries(properties) as object };
}

describe('Agent tools', () => {
  let fixture: AgentFixture;
  beforeEach(async () => (fixture = await AgentFixture.start()));
  afterEach(() => fixture.stop());

  for (const name of toolNames) {
    const { valid, invalid } = inputs[name];

    it(`${name} does nothing in an untrusted workspace`, async () => {
      fixture.isTrusted = false;
      const { confirmation } = await fixture.prepare(name, valid);
      assert.equal(confirmation, undefined);
      assert.match(await fixture.invoke(name, valid), /^error: workspace\.notTrusted\nmessage: "/);
      assert.deepEqual(fixture.sandbox.requestLog.entries, []);
    });

    it(`${name} tells the agent that the person has to sign in`, async () => {
      fixture.account = undefined;
      const result = await fixture.call(name, valid);
      assert.match(result, /^(error: account\.signedOut|state: "signedOut")\n/);
      assert.match(result, /^next: Ask the person to run the command "EDAS: Sign In…"/m);
      assert.deepEqual(fixture.sandbox.requestLog.entries, []);
    });

    for (const input of [...invalid, [], 'text', null] as readonly object[]) {
      it(`${name} rejects ${JSON.stringify(input).slice(0, 60)} without a request`, async () => {
        assert.equal((await fixture.prepare(name, input)).confirmation, undefined);
        const result = await fixture.invoke(name, input);
        assert.match(result, /^error: agent\.badInput\nmessage: "The (input|tool)/);
        assert.deepEqual(fixture.sandbox.requestLog.entries, []);
      });
    }
  }

  it('require a confirmation only for an upload and a deployment', async () => {
    await fixture.write('app.jar');
    await fixture.put('app.jar', 'package');
    fixture.sandbox.deploy.add({ name: 'orders' });
    for (const name of toolNames) {
      const { confirmation } = await fixture.prepare(name, inputs[name].valid);
      assert.equal(confirmation !== undefined, /_(?:upload|deploy)_/.test(name), name);
    }
  });

  it('return the status of the credential without a request', async () => {
    assert.match(
      await fixture.call('edas_get_credential_status'),
      /^state: "none"\naccount: "••••0001"\nregion: "cn-hangzhou"$/,
    );
    assert.deepEqual(fixture.sandbox.requestLog.entries, []);
    await fixture.deploy.session.current();
    const result = await fixture.call('edas_get_credential_status');
    assert.match(result, /^state: "ready"$/m);
    assert.match(result, /^packagePrefix: "release-pkg\/117274586608"\nexpiresAt: "\d{4}-/m);
  });

  it('list packages in pages', async () => {
    for (const name of ['a.jar', 'apps/b.war', 'z.zip']) await fixture.put(name, name);
    const first = await fixture.call('edas_list_packages', { count: 2 });
    assert.match(first, /^folder: "apps\/"\npackage: \{"name":"a\.jar","bytes":5,"uploadedAt":"/);
    const [, page = ''] = /^nextPage: "(.+)"$/m.exec(first) ?? [];
    const second = await fixture.call('edas_list_packages', { count: 2, page });
    assert.match(second, /^package: \{"name":"z\.zip"/);
    assert.doesNotMatch(second, /nextPage/);
    const inFolder = await fixture.call('edas_list_packages', { prefix: 'apps/' });
    assert.match(inFolder, /^package: \{"name":"apps\/b\.war"/);
  });

  it('return an error when listing is denied', async () => {
    fixture.sandbox.settings.denied = new Set(['ListObjectsV2']);
    assert.match(await fixture.call('edas_list_packages'), /^error: oss\.accessDenied\nmessage: "/);
  });

  it('list applications, and the groups of a single match', async () => {
    fixture.sandbox.deploy.add({ name: 'orders', groups: { blue: 1, green: 1 } });
    fixture.sandbox.deploy.add({ name: 'shop', kind: 'War' });
    const all = await fixture.call('edas_list_applications');
    assert.match(all, /^application: \{"id":".+","name":"orders","namespace":"cn-hangzhou"/m);
    assert.match(all, /^application: \{.*"name":"shop".*"packageKind":"war"/m);
    assert.doesNotMatch(all, /^group/m);
    const one = await fixture.call('edas_list_applications', { name: 'ORD' });
    assert.match(one, /^group: \{"name":"blue","version":"1\.0"\}$/m);
    assert.match(
      await fixture.call('edas_list_applications', { name: 'none' }),
      /^region: .+\nnext: No such/,
    );
  });

  it('list change orders that were started elsewhere when the application is named', async () => {
    const orders = fixture.sandbox.deploy.add({ name: 'orders' });
    const { id } = fixture.sandbox.deploy.startOther(orders);
    assert.match(
      await fixture.call('edas_list_deployments'),
      /^next: Nothing was deployed from here/,
    );
    const result = await fixture.call('edas_list_deployments', { application: 'orders' });
    assert.ok(result.includes(`"changeOrder":"${id}"`), result);
  });

  it('return, show and log no secret', async () => {
    const { sandbox } = fixture;
    await fixture.write('app.jar');
    await fixture.put('old.jar', 'package');
    sandbox.deploy.add({ name: 'orders' });
    for (const name of toolNames) await fixture.call(name, inputs[name].valid);
    // A server that echoes what was signed.
    const credential = await fixture.deploy.session.current();
    const secrets = [
      ...sandbox.keys.map(({ secret }) => secret),
      credential.accessKeySecret.reveal(),
      credential.securityToken.reveal(),
    ];
    const message = `no: ${secrets.join(' ')} StringToSign: ${credential.accessKeyId}`;
    for (const operation of [
      'ListObjectsV2',
      'ListApplication',
      'HeadObject',
      'PutObject',
    ] as const)
      sandbox.faults.add(
        { operation, times: Infinity },
        { kind: 'error', status: 400, code: 'Odd', message },
      );
    for (const name of toolNames) await fixture.call(name, inputs[name].valid);
    const text = fixture.texts.join('\n');
    assert.match(text, /oss\.rejected/);
    assert.match(text, /edas\.rejected/);
    for (const secret of secrets)
      for (const form of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64'),
      ])
        assert.ok(!text.includes(form), `a secret in:\n${text}`);
  });
});
