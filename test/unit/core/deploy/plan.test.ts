import assert from 'node:assert/strict';
import { createPackageVersion } from '../../../../src/core/deploy/plan';
import type { DeploymentRequest, ResolvePackageDeps } from '../../../../src/core/deploy';
import { resolvePackage } from '../../../../src/core/deploy';
import type { ErrorCode, ErrorFacts } from '../../../../src/core/errors/catalogue';
import { silentLog } from '../../../../src/core/util/log';
import { clusterTypes, type ApplicationSketch } from '../../../sandbox';
import { failure } from '../../support/coded';
import { accountId, DeployFixture } from './support/deployFixture';

const { ecs, ack, selfManagedKubernetes } = clusterTypes;

describe('A plan of a deployment', () => {
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

  function plan(sketch: Omit<ApplicationSketch, 'name'>, more: More = {}) {
    const application = fixture.sandbox.deploy.add({ name: 'orders', ...sketch });
    return fixture.plan(application.id, more);
  }

  const fitting: [string, Omit<ApplicationSketch, 'name'>, packageName: string][] = [
    ['a JAR and a JAR application on ECS', { clusterType: ecs }, 'a.jar'],
    ['a WAR and a WAR application on ECS', { clusterType: ecs, kind: 'War' }, 'a.war'],
    ['a JAR and an ECS application that was never deployed', { kind: '' }, 'a.jar'],
    ['a WAR and an ECS application that was never deployed', { kind: '' }, 'a.war'],
    ['a JAR and an application on ACK', { clusterType: ack }, 'A.JAR'],
    [
      'a WAR and an application on Kubernetes',
      { clusterType: selfManagedKubernetes, kind: 'War' },
      'a.war',
    ],
    ['an application in a namespace', { regionId: 'cn-hangzhou:prod' }, 'a.jar'],
  ];
  for (const [what, sketch, packageName] of fitting) {
    it(`is made for ${what}`, async () => {
      const { application, package: deployed, version } = await plan(sketch, { packageName });
      assert.equal(
        application.clusterKind,
        sketch.clusterType === undefined || sketch.clusterType === ecs ? 'ecs' : 'kubernetes',
      );
      assert.equal(deployed.fileName, packageName);
      assert.ok(version.length <= 64);
    });
  }

  const refused: [string, ErrorCode, Omit<ApplicationSketch, 'name'>, More?, ErrorFacts?][] = [
    ['an image application', 'deploy.imageApplication', { clusterType: ack, kind: 'Image' }],
    ['a Swarm cluster', 'deploy.unsupportedCluster', { clusterType: 1 }],
    ['a cluster type of tomorrow', 'deploy.unsupportedCluster', { clusterType: 77 }],
    [
      'a WAR for a JAR application',
      'deploy.wrongKind',
      {},
      { packageName: 'a.war' },
      { detail: 'jar', file: 'a.war' },
    ],
    ['a JAR for a WAR application', 'deploy.wrongKind', { kind: 'War' }, {}, { detail: 'war' }],
    ['an application kind of tomorrow', 'deploy.wrongKind', { kind: 'Wasm' }],
    [
      'another region',
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
      'no batch',
      'deploy.badRelease',
      {},
      { release: { batches: 0, waitMinutes: 0, isManual: false } },
    ],
    [
      'half a batch',
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
    ['a version of two lines', 'deploy.badVersion', {}, { version: 'a\nb' }],
    ['a version that was used', 'deploy.versionUsed', {}, { version: '1.0' }, { subject: '1.0' }],
  ];
  for (const [what, code, sketch, more, facts] of refused) {
    it(`is refused for ${what}: ${code}`, async () => {
      await failure(() => plan(sketch, more), code, facts);
      assert.equal(fixture.sandbox.deploy.orders.length, 0, 'nothing is deployed');
    });
  }

  it('is refused for an application that does not exist', async () => {
    const id = '00000000-0000-0000-0000-000000000000';
    await failure(() => fixture.plan(id), 'deploy.applicationNotFound', { subject: id });
  });

  it('takes a group by its name or its id', async () => {
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
    assert.equal(all.previousVersion, undefined, 'the groups have different ones');
  });

  const runtimes: [string, Omit<ApplicationSketch, 'name'>, packageName: string, object][] = [
    ['a JAR names its JDK', {}, 'a.jar', { jdk: 'Open JDK 8' }],
    [
      'a WAR names its JDK and Tomcat',
      { kind: 'War' },
      'a.war',
      { jdk: 'Open JDK 8', webContainer: 'apache-tomcat-8.5.42', edasContainer: undefined },
    ],
    [
      'a WAR of HSF names its EDAS Container',
      { kind: 'War', buildPackId: 59, edasContainerVersion: '3.5.8' },
      'a.war',
      { jdk: 'Open JDK 8', webContainer: undefined, edasContainer: '3.5.8' },
    ],
    [
      'a base image of its own is named',
      { components: [], baseImageUrl: 'registry/base:1' },
      'a.jar',
      { jdk: 'Custom OpenJDK', baseImageUrl: 'registry/base:1' },
    ],
  ];
  for (const spelling of ['new', 'old'] as const) {
    for (const [what, sketch, packageName, runtime] of runtimes) {
      it(`for Kubernetes, ${what}, in the ${spelling} spelling`, async () => {
        fixture.sandbox.deploy.spelling = spelling;
        const made = await plan({ clusterType: ack, ...sketch }, { packageName });
        assert.deepEqual(made.runtime, runtime);
        assert.equal(made.previousVersion, '1.0');
      });
    }

    it(`is made by an account that may not list, in the ${spelling} spelling`, async () => {
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

  describe('and applications', () => {
    let many: DeployFixture;
    beforeEach(async () => (many = await DeployFixture.start()));
    afterEach(() => many.stop());

    for (const [count, maxPageSize] of [
      [0, 100],
      [1, 100],
      [50, 100],
      [51, 100],
      [100, 100],
      [120, 20],
      [45, 10],
    ] as const) {
      it(`lists ${count} that come in pages of at most ${maxPageSize}`, async () => {
        many.sandbox.deploy.maxPageSize = maxPageSize;
        for (let index = 0; index < count; index++) {
          many.sandbox.deploy.add({ name: `app-${index}` });
        }
        const listed = await many.deployments.listApplications(accountId);
        assert.equal(new Set(listed.map(({ id }) => id)).size, count);
      });
    }

    it('ends the list of a server that repeats itself', async () => {
      const application = many.sandbox.deploy.add({ name: 'one' });
      const item = { AppId: application.id, Name: 'one', ClusterType: 2 };
      const body = { Code: 200, ApplicationList: { Application: [item] } };
      many.sandbox.settings.edasAnswer = () => body;
      assert.equal((await many.deployments.listApplications(accountId)).length, 1);
      assert.equal(many.sandbox.requestLog.count({ operation: 'ListApplication' }), 2);
    });

    it('ends the list of a server that never ends', async () => {
      let number = 0;
      many.sandbox.settings.edasAnswer = () => ({
        Code: 200,
        ApplicationList: { Application: [{ AppId: `app-${++number}`, Name: 'x', ClusterType: 2 }] },
      });
      assert.equal((await many.deployments.listApplications(accountId)).length, 40);
    });

    it('finds one by its exact name, and tells when there are two', async () => {
      const { deploy } = many.sandbox;
      const orders = deploy.add({ name: 'orders' });
      deploy.add({ name: 'orders-canary' });
      const found = await many.deployments.findApplication(accountId, 'orders');
      assert.equal(found.id, orders.id);
      assert.equal((await many.deployments.findApplication(accountId, orders.id)).id, orders.id);
      await failure(
        () => many.deployments.findApplication(accountId, 'order'),
        'deploy.applicationNotFound',
        { subject: 'order' },
      );
      const other = deploy.add({ name: 'orders', regionId: 'cn-hangzhou:test' });
      const error = await failure(
        () => many.deployments.findApplication(accountId, 'orders'),
        'deploy.ambiguousName',
      );
      assert.equal(error.facts.detail, `cn-hangzhou: ${orders.id}, cn-hangzhou:test: ${other.id}`);
    });
  });
});

describe('A version of a package', () => {
  it('is new each time, names the package, and fits', () => {
    const now = Date.UTC(2026, 10, 27, 3, 4, 5);
    assert.equal(createPackageVersion('app', now, 'a1b2c3'), 'app-20261127-030405-a1b2c3');
    const long = createPackageVersion('订单 服务'.repeat(20), now, 'a1b2c3ffff');
    assert.equal(long.length <= 64, true);
    assert.match(long, /^[\w.-]+-20261127-030405-a1b2c3$/);
  });
});

describe('A package', () => {
  let fixture: DeployFixture;
  before(async () => (fixture = await DeployFixture.start()));
  after(() => fixture.stop());
  afterEach(() => (fixture.sandbox.settings.denied = new Set()));

  function resolve(key: string, crc64?: bigint) {
    const { session, oss, timing } = fixture;
    const deps: ResolvePackageDeps = {
      ...{ session, oss, timing, log: silentLog },
      network: () => 'public',
    };
    return resolvePackage(deps, { key, crc64 });
  }

  it('has the internal URL, percent-encoded', async () => {
    const { url, fileName, key } = await fixture.package('订单 服务+(1).jar');
    assert.equal(fileName, '订单 服务+(1).jar');
    const endpoint = `${fixture.sandbox.ossEndpoint}/${fixture.sandbox.bucket}/`;
    assert.ok(url.startsWith(endpoint));
    assert.equal(decodeURIComponent(url.slice(endpoint.length)), key);
    assert.doesNotMatch(url, /\?|[+ ]/);
  });

  for (const name of ['app.zip', 'app', 'jar', 'app.jar.gz', 'app.ear', '.jar/']) {
    it(`is not ${name}`, async () => {
      await failure(() => resolve(`release-pkg/117274586608/${name}`), 'deploy.notAPackage');
    });
  }

  it('does not exist', async () => {
    await failure(() => resolve('release-pkg/117274586608/gone.jar'), 'oss.noSuchKey');
  });

  it('was overwritten after the upload', async () => {
    const { key } = await fixture.package();
    await failure(() => resolve(key, 1n), 'deploy.packageChanged');
  });

  it('may not be read: what was verified at the upload is deployed, nothing else', async () => {
    const { key } = await fixture.package();
    fixture.sandbox.settings.denied = new Set(['HeadObject']);
    assert.equal((await resolve(key, 1n)).key, key);
    await failure(() => resolve(key), 'deploy.notVerified');
  });

  it('is read with a new credential as soon as OSS finds the first one expired', async () => {
    const { key, crc64 } = await fixture.package();
    const { issuer, requestLog } = fixture.sandbox;
    const before = requestLog.count({ operation: 'HeadObject' });
    issuer.expire();
    assert.equal((await resolve(key)).crc64, crc64);
    assert.equal(requestLog.count({ operation: 'HeadObject' }) - before, 2);
  });

  it('has no CRC-64 at OSS', async () => {
    const { key } = await fixture.package();
    fixture.sandbox.faults.add({ operation: 'HeadObject' }, { kind: 'crc', value: 'missing' });
    await failure(() => resolve(key), 'deploy.notVerified');
  });
});
