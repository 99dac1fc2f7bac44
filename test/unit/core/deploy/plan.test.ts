import assert from 'node:assert/strict';
import { createPackageVersion } from '../../../../src/core/deploy/plan';
import type { DeploymentRequest, ResolvePackageDeps } from '../../../../src/core/deploy';
import { resolvePackage } from '../../../../src/core/deploy';
import type { ErrorCode, ErrorFacts } from '../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../src/core/util/log';
import { clusterTypes, type ApplicationOptions } from '../../../sandbox';
import { failure } from '../../support/coded';
import { accountId, DeployFixture } from './support/deployFixture';

const { ecs, ack, selfManagedKubernetes } = clusterTypes;

describe('Deployments.plan', () => {
  let fixture: DeployFixture;
  before(async () => (fixture = await DeployFixture.start()));
  after(() => fixture.stop());
  afterEach(() => {
    fixture.sandbox.faults.clear();
    Object.assign(fixture.sandbox.settings, { deniedCalls: new Set(), denied: new Set() });
    fixture.sandbox.deploy.spelling = 'new';
    fixture.sandbox.deploy.maxPageSize = 100;
  });

  type More = Partial<Omit<DeploymentRequest, 'package'>> & { readonly packageName?: string };

  function plan(sketch: Omit<ApplicationOptions, 'name'>, more: More = {}) {
    const application = fixture.sandbox.deploy.add({ name: 'orders', ...sketch });
    return fixture.plan(application.id, more);
  }

  const accepted: [string, Omit<ApplicationOptions, 'name'>, packageName: string][] = [
    ['a JAR for a JAR application on ECS', { clusterType: ecs }, 'a.jar'],
    ['a WAR for a WAR application on ECS', { clusterType: ecs, kind: 'War' }, 'a.war'],
    ['a JAR for an ECS application that was never deployed', { kind: '' }, 'a.jar'],
    ['a WAR for an ECS application that was never deployed', { kind: '' }, 'a.war'],
    ['a JAR for an application on ACK', { clusterType: ack }, 'A.JAR'],
    [
      'a WAR for an application on self-managed Kubernetes',
      { clusterType: selfManagedKubernetes, kind: 'War' },
      'a.war',
    ],
    ['a JAR for an application in a namespace', { regionId: 'cn-hangzhou:prod' }, 'a.jar'],
  ];
  for (const [description, sketch, packageName] of accepted) {
    it(`accepts ${description}`, async () => {
      const { application, package: deployed, version } = await plan(sketch, { packageName });
      assert.equal(
        application.clusterKind,
        sketch.clusterType === undefined || sketch.clusterType === ecs ? 'ecs' : 'kubernetes',
      );
      assert.equal(deployed.fileName, packageName);
      assert.ok(version.length <= 64);
    });
  }

  const rejected: [string, ErrorCode, Omit<ApplicationOptions, 'name'>, More?, ErrorFacts?][] = [
    ['an image application', 'deploy.imageApplication', { clusterType: ack, kind: 'Image' }],
    ['a Swarm cluster', 'deploy.unsupportedCluster', { clusterType: 1 }],
    ['an unknown cluster type', 'deploy.unsupportedCluster', { clusterType: 77 }],
    [
      'a WAR for a JAR application',
      'deploy.wrongKind',
      {},
      { packageName: 'a.war' },
      { detail: 'jar', file: 'a.war' },
    ],
    ['a JAR for a WAR application', 'deploy.wrongKind', { kind: 'War' }, {}, { detail: 'war' }],
    ['an unknown application kind', 'deploy.wrongKind', { kind: 'Wasm' }],
    [
      'an application in another region',
      'deploy.otherRegion',
      { regionId: 'cn-beijing:prod' },
      {},
      { detail: 'cn-beijing' },
    ],
    [
      'a Kubernetes application without a known JDK',
      'deploy.unknownRuntime',
      { clusterType: ack, components: [] },
    ],
    ['a group that does not exist', 'deploy.groupNotFound', {}, { group: 'blue' }],
    [
      'more batches than instances',
      'deploy.badRelease',
      {},
      { release: { batches: 3, waitMinutes: 0, isManual: false } },
      { subject: 'batches', detail: '1–2' },
    ],
    [
      '0 batches',
      'deploy.badRelease',
      {},
      { release: { batches: 0, waitMinutes: 0, isManual: false } },
    ],
    [
      '1.5 batches',
      'deploy.badRelease',
      {},
      { release: { batches: 1.5, waitMinutes: 0, isManual: false } },
    ],
    [
      'a wait of 6 minutes',
      'deploy.badRelease',
      {},
      { release: { batches: 2, waitMinutes: 6, isManual: false } },
      { subject: 'waitMinutes' },
    ],
    ['a version of 65 characters', 'deploy.badVersion', {}, { version: 'v'.repeat(65) }],
    ['an empty version', 'deploy.badVersion', {}, { version: ' ' }],
    ['a version with a line break', 'deploy.badVersion', {}, { version: 'a\nb' }],
    [
      'a version that was already used',
      'deploy.versionUsed',
      {},
      { version: '1.0' },
      { subject: '1.0' },
    ],
  ];
  for (const [description, code, sketch, more, facts] of rejected) {
    it(`rejects ${description} with ${code}`, async () => {
      await failure(() => plan(sketch, more), code, facts);
      assert.equal(fixture.sandbox.deploy.orders.length, 0, 'nothing is deployed');
    });
  }

  it('rejects an application that does not exist', async () => {
    const id = '00000000-0000-0000-0000-000000000000';
    await failure(() => fixture.plan(id), 'deploy.applicationNotFound', { subject: id });
  });

  it('finds a group by its name or ID, and reports its previous version', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'orders', groups: { a: 2, blue: 1 } });
    const blue = application.groups[1]!;
    blue.version = '0.9';
    for (const group of ['blue', blue.id]) {
      const made = await fixture.plan(application.id, { group });
      assert.equal(made.group?.id, blue.id);
      assert.equal(made.previousVersion, '0.9');
    }
    const all = await fixture.plan(application.id, { group: 'all' });
    assert.equal(all.group, undefined);
    assert.equal(all.previousVersion, undefined, 'the groups have different versions');
  });

  const runtimes: [string, Omit<ApplicationOptions, 'name'>, packageName: string, object][] = [
    ['the JDK of a JAR application', {}, 'a.jar', { jdk: 'Open JDK 8' }],
    [
      'the JDK and Tomcat of a WAR application',
      { kind: 'War' },
      'a.war',
      { jdk: 'Open JDK 8', webContainer: 'apache-tomcat-8.5.42', edasContainer: undefined },
    ],
    [
      'the EDAS Container of an HSF application',
      { kind: 'War', buildPackId: 59, edasContainerVersion: '3.5.8' },
      'a.war',
      { jdk: 'Open JDK 8', webContainer: undefined, edasContainer: '3.5.8' },
    ],
    [
      'a custom base image',
      { components: [], baseImageUrl: 'registry/base:1' },
      'a.jar',
      { jdk: 'Custom OpenJDK', baseImageUrl: 'registry/base:1' },
    ],
  ];
  for (const spelling of ['new', 'old'] as const) {
    for (const [description, sketch, packageName, runtime] of runtimes) {
      it(`reads ${description} on Kubernetes from a response in ${spelling} spelling`, async () => {
        fixture.sandbox.deploy.spelling = spelling;
        const made = await plan({ clusterType: ack, ...sketch }, { packageName });
        assert.deepEqual(made.runtime, runtime);
        assert.equal(made.previousVersion, '1.0');
      });
    }

    it(`needs no permission to list applications, with responses in ${spelling} spelling`, async () => {
      fixture.sandbox.deploy.spelling = spelling;
      fixture.sandbox.settings.deniedCalls = new Set(['ListApplication']);
      assert.equal((await plan({})).application.clusterKind, 'ecs');
      assert.equal((await plan({ clusterType: ack })).application.clusterKind, 'kubernetes');
      const error = await failure(
        () => fixture.deployments.listApplications(accountId),
        'edas.noPermission',
      );
      assert.equal(error.facts.ramAction, 'edas:ReadApplication');
    });
  }
});

describe('Applications of an account', () => {
  let fixture: DeployFixture;
  beforeEach(async () => (fixture = await DeployFixture.start()));
  afterEach(() => fixture.stop());

  for (const [count, maxPageSize] of [
    [0, 100],
    [1, 100],
    [50, 100],
    [51, 100],
    [100, 100],
    [120, 20],
    [45, 10],
  ] as const) {
    it(`lists ${count} in pages of at most ${maxPageSize}`, async () => {
      fixture.sandbox.deploy.maxPageSize = maxPageSize;
      for (let index = 0; index < count; index++) {
        fixture.sandbox.deploy.add({ name: `app-${index}` });
      }
      const listed = await fixture.deployments.listApplications(accountId);
      assert.equal(new Set(listed.map(({ id }) => id)).size, count);
    });
  }

  it('stops listing when the server repeats a page', async () => {
    const application = fixture.sandbox.deploy.add({ name: 'one' });
    const item = { AppId: application.id, Name: 'one', ClusterType: 2 };
    const body = { Code: 200, ApplicationList: { Application: [item] } };
    fixture.sandbox.settings.edasResponse = () => body;
    assert.equal((await fixture.deployments.listApplications(accountId)).length, 1);
    assert.equal(fixture.sandbox.requestLog.count({ operation: 'ListApplication' }), 2);
  });

  it('stops listing after 40 pages', async () => {
    let number = 0;
    fixture.sandbox.settings.edasResponse = () => ({
      Code: 200,
      ApplicationList: { Application: [{ AppId: `app-${++number}`, Name: 'x', ClusterType: 2 }] },
    });
    assert.equal((await fixture.deployments.listApplications(accountId)).length, 40);
  });

  it('finds one by its ID or exact name, and rejects an ambiguous name', async () => {
    const { deploy } = fixture.sandbox;
    const orders = deploy.add({ name: 'orders' });
    deploy.add({ name: 'orders-canary' });
    const found = await fixture.deployments.findApplication(accountId, 'orders');
    assert.equal(found.id, orders.id);
    assert.equal((await fixture.deployments.findApplication(accountId, orders.id)).id, orders.id);
    await failure(
      () => fixture.deployments.findApplication(accountId, 'order'),
      'deploy.applicationNotFound',
      { subject: 'order' },
    );
    const other = deploy.add({ name: 'orders', regionId: 'cn-hangzhou:test' });
    const error = await failure(
      () => fixture.deployments.findApplication(accountId, 'orders'),
      'deploy.ambiguousName',
    );
    assert.equal(error.facts.detail, `cn-hangzhou: ${orders.id}, cn-hangzhou:test: ${other.id}`);
  });
});

describe('createPackageVersion', () => {
  it('contains the label, the time and a random suffix in at most 64 characters', () => {
    const now = Date.UTC(2026, 10, 27, 3, 4, 5);
    assert.equal(createPackageVersion('app', now, 'a1b2c3'), 'app-20261127-030405-a1b2c3');
    const long = createPackageVersion('订单 服务'.repeat(20), now, 'a1b2c3ffff');
    assert.equal(long.length <= 64, true);
    assert.match(long, /^[\w.-]+-20261127-030405-a1b2c3$/);
  });
});

describe('resolvePackage', () => {
  let fixture: DeployFixture;
  before(async () => (fixture = await DeployFixture.start()));
  after(() => fixture.stop());
  afterEach(() => (fixture.sandbox.settings.denied = new Set()));

  function resolve(key: string, crc64?: bigint) {
    const { session, oss, timing } = fixture;
    const deps: ResolvePackageDeps = {
      session,
      oss,
      timing,
      log: silentLog,
      network: () => 'public',
    };
    return resolvePackage(deps, { key, crc64 });
  }

  it('returns the internal URL, percent-encoded', async () => {
    const { url, fileName, key } = await fixture.package('订单 服务+(1).jar');
    assert.equal(fileName, '订单 服务+(1).jar');
    const endpoint = `${fixture.sandbox.ossEndpoint}/${fixture.sandbox.bucket}/`;
    assert.ok(url.startsWith(endpoint));
    assert.equal(decodeURIComponent(url.slice(endpoint.length)), key);
    assert.doesNotMatch(url, /\?|[+ ]/);
  });

  for (const name of ['app.zip', 'app', 'jar', 'app.jar.gz', 'app.ear', '.jar/']) {
    it(`rejects the object ${name}, which is no JAR or WAR`, async () => {
      await failure(() => resolve(`release-pkg/117274586608/${name}`), 'deploy.notAPackage');
    });
  }

  it('fails when the object does not exist', async () => {
    await failure(() => resolve('release-pkg/117274586608/gone.jar'), 'oss.noSuchKey');
  });

  it('fails when the object was overwritten after the upload', async () => {
    const { key } = await fixture.package();
    await failure(() => resolve(key, 1n), 'deploy.packageChanged');
  });

  it('without permission for HEAD, accepts only an object that the upload has verified', async () => {
    const { key } = await fixture.package();
    fixture.sandbox.settings.denied = new Set(['HeadObject']);
    assert.equal((await resolve(key, 1n)).key, key);
    await failure(() => resolve(key), 'deploy.notVerified');
  });

  it('retries with a new credential when OSS rejects the first one as expired', async () => {
    const { key, crc64 } = await fixture.package();
    const { issuer, requestLog } = fixture.sandbox;
    const before = requestLog.count({ operation: 'HeadObject' });
    issuer.expire();
    assert.equal((await resolve(key)).crc64, crc64);
    assert.equal(requestLog.count({ operation: 'HeadObject' }) - before, 2);
  });

  it('fails when OSS returns no CRC-64', async () => {
    const { key } = await fixture.package();
    fixture.sandbox.faults.add({ operation: 'HeadObject' }, { kind: 'crc', value: 'missing' });
    await failure(() => resolve(key), 'deploy.notVerified');
  });
});
