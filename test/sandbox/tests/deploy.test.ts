import assert from 'node:assert/strict';

import OpenApiClient from '@alicloud/openapi-core';
import { Config, OpenApiRequest, Params } from '@alicloud/openapi-core/dist/utils';

import { clusterTypes, Sandbox, status, type SandboxApplication } from '..';
import { deployRoutes } from '../edas/deploy/calls';
import type { DeployOperation } from '../server/operations';

type Body = Readonly<Record<string, unknown>>;

/** What Alibaba Cloud's own client throws for an HTTP 4xx. */
interface ClientError {
  readonly code: string;
  readonly statusCode: number;
}

/** The published methods and paths: aliyun-openapi-meta @2563691, edas/<Action>.json. */
const published: Readonly<Record<DeployOperation, string>> = {
  ListApplication: 'POST /pop/v5/app/app_list',
  GetApplication: 'POST /pop/v5/app/app_info',
  GetK8sApplication: 'GET /pop/v5/changeorder/co_application',
  ListDeployGroup: 'POST /pop/v5/app/deploy_group_list',
  QueryApplicationStatus: 'GET /pop/v5/app/app_status',
  ListHistoryDeployVersion: 'GET /pop/v5/app/deploy_history_version_list',
  ListRecentChangeOrder: 'POST /pop/v5/changeorder/change_order_list',
  GetChangeOrderInfo: 'POST /pop/v5/changeorder/change_order_info',
  DeployApplication: 'POST /pop/v5/changeorder/co_deploy',
  DeployK8sApplication: 'POST /pop/v5/k8s/acs/k8s_apps',
  RollbackApplication: 'POST /pop/v5/changeorder/co_rollback',
  AbortChangeOrder: 'PUT /pop/v5/changeorder/change_order_abort',
  RollbackChangeOrder: 'PUT /pop/v5/oam/changeorder/rollback',
  AbortAndRollbackChangeOrder: 'PUT /pop/v5/changeorder/change_order_abort_and_rollback',
  ContinuePipeline: 'GET /pop/v5/changeorder/pipeline_batch_confirm',
};

describe("EDAS sandbox: deployments, called by Alibaba Cloud's client", () => {
  let sandbox: Sandbox;
  let ecs: SandboxApplication;
  let k8s: SandboxApplication;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
    ecs = sandbox.deploy.add({ name: 'orders', groups: { a: 2, b: 1 } });
    k8s = sandbox.deploy.add({ name: 'shop', clusterType: clusterTypes.ack, kind: 'War' });
  });
  afterEach(() => sandbox.stop());

  async function call(action: DeployOperation, query: Record<string, string> = {}): Promise<Body> {
    const [key] = sandbox.keys;
    const [method, pathname] = published[action].split(' ');
    const client = new OpenApiClient(
      new Config({
        accessKeyId: key!.id,
        accessKeySecret: key!.secret,
        endpoint: new URL(sandbox.edasEndpoint).host,
        protocol: 'http',
      }),
    );
    const params = new Params({
      action,
      method,
      pathname,
      version: '2017-08-01',
      protocol: 'HTTP',
      authType: 'AK',
      style: 'ROA',
      reqBodyType: 'json',
      bodyType: 'json',
    });
    const response = await client.callApi(params, new OpenApiRequest({ query }), {} as never);
    const { statusCode, body } = response as { statusCode: number; body: Body };
    assert.equal(statusCode, 200);
    assert.equal(typeof body.RequestId, 'string');
    return body;
  }

  function deployToEcs(change: Record<string, string | undefined> = {}): Promise<Body> {
    const query = {
      AppId: ecs.id,
      PackageVersion: '2024-03-01 10:00:00',
      DeployType: 'url',
      WarUrl: packageUrl('orders.jar'),
      GroupId: 'all',
      ...change,
    };
    return call('DeployApplication', withoutUndefined(query));
  }

  function deployToKubernetes(change: Record<string, string | undefined> = {}): Promise<Body> {
    const query = {
      AppId: k8s.id,
      PackageVersion: '2024-03-01 10:00:00',
      PackageUrl: packageUrl('shop.war'),
      JDK: 'Open JDK 8',
      WebContainer: 'apache-tomcat-8.5.42',
      ...change,
    };
    return call('DeployK8sApplication', withoutUndefined(query));
  }

  function packageUrl(name: string): string {
    return `${sandbox.ossEndpoint}/${sandbox.bucket}/${sandbox.keyPrefix}/${name}`;
  }

  async function put(name: string): Promise<void> {
    await sandbox.objects.put({
      key: `${sandbox.keyPrefix}/${name}`,
      size: 0,
      etag: '"D41D8CD98F00B204E9800998ECF8427E"',
      lastModified: Date.now(),
      headers: {},
      type: 'Normal',
      bodies: [],
    });
  }

  async function changeOrderOf(body: Body): Promise<Body> {
    const response = await call('GetChangeOrderInfo', {
      ChangeOrderId: body.ChangeOrderId as string,
    });
    return response.changeOrderInfo as Body;
  }

  it('uses the published methods and paths', () => {
    const offered = Object.entries(deployRoutes).map(([action, { method, path }]) => [
      action,
      `${method} ${path}`,
    ]);
    assert.deepEqual(Object.fromEntries(offered), published);
  });

  it('deploys to ECS, batch by batch and stage by stage', async () => {
    await put('orders.jar');
    const started = await deployToEcs({ Batch: '2', BatchWaitTime: '1' });
    assert.equal(started.Code, 200);
    assert.equal((await changeOrderOf(started)).Status, status.ready);
    const seen: unknown[] = [];
    for (let second = 0; second < 130; second += 5) {
      sandbox.deploy.pass(5_000);
      const { Status: now } = await changeOrderOf(started);
      if (seen.at(-1) !== now) seen.push(now);
    }
    assert.deepEqual(seen, [1, 9, 1, 2]);
    assert.deepEqual(
      ecs.groups.map(({ version }) => version),
      ['2024-03-01 10:00:00', '2024-03-01 10:00:00'],
    );
  });

  it('deploys to Kubernetes, and waits for the confirmation of each batch but the first', async () => {
    await put('shop.war');
    const strategy = { type: 'BatchUpdate', batchUpdate: { batch: 2, releaseType: 'manual' } };
    const started = await deployToKubernetes({ UpdateStrategy: JSON.stringify(strategy) });
    sandbox.deploy.pass(3_600_000);
    const waiting = await changeOrderOf(started);
    assert.equal(waiting.Status, status.waitsForConfirmation);
    const { PipelineInfo: pipelines } = waiting.PipelineInfoList as {
      PipelineInfo: { PipelineId: string; PipelineStatus: number }[];
    };
    assert.deepEqual(
      pipelines.map((each) => each.PipelineStatus),
      [status.success, status.waitsForConfirmation],
    );
    const PipelineId = pipelines[1]!.PipelineId;
    assert.equal((await call('ContinuePipeline', { PipelineId, Confirm: 'true' })).Code, 200);
    assert.equal((await call('ContinuePipeline', { PipelineId, Confirm: 'true' })).Code, 601);
    sandbox.deploy.pass(3_600_000);
    assert.equal((await changeOrderOf(started)).Status, status.success);
    assert.equal(k8s.versions.at(-1)?.version, '2024-03-01 10:00:00');
  });

  it('lists applications (in pages), groups, versions, change orders and instances', async () => {
    sandbox.deploy.maxPageSize = 1;
    const names: unknown[] = [];
    for (const CurrentPage of ['1', '2', '3']) {
      const body = await call('ListApplication', { CurrentPage, PageSize: '50' });
      const { Application: items } = body.ApplicationList as { Application: Body[] };
      names.push(...items.map(({ Name }) => Name));
    }
    assert.deepEqual(names, ['orders', 'shop']);
    const groups = await call('ListDeployGroup', { AppId: ecs.id });
    assert.match(JSON.stringify(groups), /"GroupName":"b"/);
    const versions = await call('ListHistoryDeployVersion', { AppId: ecs.id });
    assert.match(JSON.stringify(versions), /"PackageVersion":"1\.0"/);
    const other = sandbox.deploy.startOther(ecs);
    const orders = await call('ListRecentChangeOrder', { AppId: ecs.id });
    assert.match(JSON.stringify(orders), new RegExp(`"ChangeOrderId":"${other.id}"`));
    const instances = await call('QueryApplicationStatus', { AppId: ecs.id });
    assert.equal(JSON.stringify(instances).match(/"AppState":7/g)?.length, 3);
  });

  it('returns some fields under their old or new names', async () => {
    for (const [spelling, application, components] of [
      ['new', 'Application', 'Components'],
      ['old', 'Applcation', 'ComponentsItem'],
    ] as const) {
      sandbox.deploy.spelling = spelling;
      assert.ok(application in (await call('GetApplication', { AppId: ecs.id })));
      const detail = await call('GetK8sApplication', { AppId: k8s.id, From: 'deploy' });
      assert.match(JSON.stringify(detail), new RegExp(`"Components":\\{"${components}":`));
    }
  });

  it('aborts change orders, and rolls back', async () => {
    await put('orders.jar');
    await put('shop.war');
    const first = await deployToEcs();
    const aborted = await call('AbortChangeOrder', {
      ChangeOrderId: first.ChangeOrderId as string,
    });
    assert.deepEqual(aborted.Data, { ChangeOrderId: first.ChangeOrderId });
    assert.equal((await changeOrderOf(first)).Status, status.terminated);

    const restored = [
      await call('RollbackChangeOrder', {
        ChangeOrderId: (await deployToEcs()).ChangeOrderId as string,
      }),
      await call('AbortAndRollbackChangeOrder', {
        ChangeOrderId: (await deployToKubernetes()).ChangeOrderId as string,
      }),
    ];
    for (const { Data: data } of restored) {
      sandbox.deploy.pass(3_600_000);
      assert.equal((await changeOrderOf(data as Body)).Status, status.success);
    }
    const back = await call('RollbackApplication', {
      AppId: ecs.id,
      HistoryVersion: '1.0',
      GroupId: 'all',
    });
    sandbox.deploy.pass(3_600_000);
    assert.equal((await changeOrderOf(back)).Status, status.success);
    const stored = k8s.versions[0]!.id;
    const again = await call('DeployK8sApplication', { AppId: k8s.id, PackageVersionId: stored });
    assert.equal(again.Code, 200);
  });

  it('fails at the stage that a test sets, and when the package cannot be read', async () => {
    await put('orders.jar');
    sandbox.deploy.failNext({ stage: 'Process Stop', taskCode: 'EDAS-10002', taskError: 'slow' });
    const cases: [string, () => void][] = [
      ['EDAS-10002', () => undefined],
      [
        'EDAS-10014',
        () => (sandbox.settings.unreadable = new Set([`${sandbox.keyPrefix}/orders.jar`])),
      ],
      ['EDAS-10015', () => void sandbox.objects.delete(`${sandbox.keyPrefix}/orders.jar`)],
    ];
    for (const [code, prepare] of cases) {
      const started = await deployToEcs();
      prepare();
      sandbox.deploy.pass(3_600_000);
      const failed = await changeOrderOf(started);
      assert.equal(failed.Status, status.failed);
      assert.match(JSON.stringify(failed), new RegExp(`"TaskErrorCode":"${code}"`));
    }
  });

  const refusals: [string, () => Promise<Body>][] = [
    [
      'a second change order for an application',
      async () => deployToEcs().then(() => deployToEcs()),
    ],
    ['an application that does not exist', () => deployToEcs({ AppId: 'nobody' })],
    ['a Kubernetes application by the call for ECS', () => deployToEcs({ AppId: k8s.id })],
    ['an ECS application by the call for Kubernetes', () => deployToKubernetes({ AppId: ecs.id })],
    ['a version of 65 characters', () => deployToEcs({ PackageVersion: 'v'.repeat(65) })],
    ['a version that exists already', () => deployToEcs({ PackageVersion: '1.0' })],
    ['a WAR for a JAR application', () => deployToEcs({ WarUrl: packageUrl('orders.war') })],
    [
      'a JAR for a WAR application',
      () => deployToKubernetes({ PackageUrl: packageUrl('shop.jar') }),
    ],
    ['a group that does not exist', () => deployToEcs({ GroupId: 'nobody' })],
    ['three batches of two instances', () => deployToEcs({ Batch: '3' })],
    ['a wait of six minutes', () => deployToEcs({ BatchWaitTime: '6' })],
    ['a release type that does not exist', () => deployToEcs({ ReleaseType: '2' })],
    ['a deployment of an image', () => deployToEcs({ DeployType: 'image' })],
    ['a Kubernetes deployment without a JDK', () => deployToKubernetes({ JDK: undefined })],
    ['a WAR without a web container', () => deployToKubernetes({ WebContainer: undefined })],
    [
      'three batches of two pods',
      () =>
        deployToKubernetes({
          UpdateStrategy: '{"type":"BatchUpdate","batchUpdate":{"batch":3,"releaseType":"auto"}}',
        }),
    ],
    [
      'a version that was never deployed',
      () => call('RollbackApplication', { AppId: ecs.id, HistoryVersion: '9', GroupId: 'all' }),
    ],
    [
      'the abort of a change order that has ended',
      async () => {
        const { ChangeOrderId: id } = await deployToEcs();
        sandbox.deploy.pass(3_600_000);
        return call('AbortChangeOrder', { ChangeOrderId: id as string });
      },
    ],
    [
      'the rollback of a Kubernetes change order by the call for ECS',
      async () =>
        call('RollbackChangeOrder', {
          ChangeOrderId: (await deployToKubernetes()).ChangeOrderId as string,
        }),
    ],
  ];
  for (const [what, refused] of refusals)
    it(`rejects ${what} with Code 601 and a message`, async () => {
      const { Code: code, Message: message, ChangeOrderId: id } = await refused();
      assert.equal(code, 601);
      assert.ok(message);
      assert.equal(id, undefined);
    });

  it('rejects at the gateway: a missing parameter, a missing permission, too many requests', async () => {
    const expected: [string, number, () => Promise<Body>][] = [
      ['MissingWarUrl', 400, () => deployToEcs({ WarUrl: undefined })],
      ['MissingChangeOrderId', 400, () => call('GetChangeOrderInfo')],
      [
        'Forbidden.RAM',
        403,
        () => {
          sandbox.settings.deniedCalls = new Set(['DeployApplication']);
          return deployToEcs();
        },
      ],
      [
        'Throttling.User',
        400,
        () => {
          sandbox.faults.add(
            { operation: 'ListApplication' },
            { kind: 'error', status: 400, code: 'Throttling.User' },
          );
          return call('ListApplication');
        },
      ],
    ];
    for (const [code, statusCode, refused] of expected)
      await assert.rejects(refused(), (error: ClientError) => {
        assert.deepEqual([error.code, error.statusCode], [code, statusCode]);
        return true;
      });
  });
});

function withoutUndefined(
  query: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}
