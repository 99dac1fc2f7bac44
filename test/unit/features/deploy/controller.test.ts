import assert from 'node:assert/strict';
import type { PackageObject } from '../../../../src/core/deploy';
import { silentLog } from '../../../../src/core/util/log';
import type { Account } from '../../../../src/common/account';
import type { DeployServices } from '../../../../src/common/deployServices';
import { Reporter } from '../../../../src/common/vscode/reporter';
import { DeployController, type ControllerDeps } from '../../../../src/features/deploy/controller';
import { accountId, DeployFixture } from '../../core/deploy/support/deployFixture';
import { failure } from '../../support/coded';
import { account } from '../../support/account';
import { fakeWindow, pick, press } from '../../support/fakeWindow';

describe('DeployController', () => {
  let fixture: DeployFixture;
  let controller: DeployController;

  beforeEach(async () => {
    fakeWindow.reset();
    fixture = await DeployFixture.start();
    const current: Account = account({ id: accountId });
    const services = {
      deployments: fixture.deployments,
      resolve: (_object: PackageObject) => fixture.package(),
    };
    const deps = {
      accounts: { current, onDidChange: () => ({ dispose: () => undefined }) },
      ensureSignedIn: () => Promise.resolve(true),
      reporter: new Reporter(silentLog),
      log: silentLog,
      session: fixture.session,
    };
    controller = new DeployController(
      services as unknown as DeployServices,
      deps as unknown as ControllerDeps,
    );
  });
  afterEach(async () => {
    controller.dispose();
    await fixture.stop();
  });

  it('looks again for the deployment that is uncertain, not for another new one', async () => {
    const { deploy, faults, requestLog } = fixture.sandbox;
    const orders = deploy.add({ name: 'orders' });
    const other = deploy.add({ name: 'other' });
    const operation = 'DeployApplication';
    faults.add({ operation }, { kind: 'loseResponse' });
    // The list is read before the confirmation, before the call, and to find the lost change order.
    const denial = { kind: 'error', status: 403, code: 'Forbidden.RAM' } as const;
    faults.add({ operation: 'ListRecentChangeOrder', nth: 3 }, denial);
    const application = await fixture.deployments.getApplication(accountId, other.id);
    const { id: changeOrderId } = deploy.startOther(other, { isEndless: true });
    void requestLog
      .when((entry) => entry.operation === operation)
      .then(() => fixture.deployments.follow(accountId, application, changeOrderId));
    fakeWindow.script(pick('orders'), pick('At Once'), press('Deploy'), press('Look Again'));
    await controller.deploy({ key: 'app.jar' });
    const [started] = fixture.deployments.all.filter(({ isOwn }) => isOwn);
    const { state } = await fixture.deployments.when(
      started!.id,
      (each) => each.changeOrderId !== undefined,
    );
    assert.equal(started!.application.id, orders.id);
    assert.equal(state, 'running');
  });

  it('reports a failure when the person refreshes', async () => {
    const { deploy, faults } = fixture.sandbox;
    const { id } = await fixture.deployments.start(
      await fixture.plan(deploy.add({ name: 'orders' }).id),
    );
    await fixture.deployments.whenSettled(id);
    const denial = { kind: 'error', status: 403, code: 'Forbidden.RAM' } as const;
    faults.add({ operation: 'ListRecentChangeOrder', times: Infinity }, denial);
    const quiet = failure(() => controller.refreshWhenShown(), 'edas.noPermission');
    await failure(() => controller.refresh(), 'edas.noPermission');
    await quiet;
  });
});
