import { window, type TreeDataProvider } from 'vscode';
import type { PackageObject } from '../../core/deploy';
import { wasFollowed } from '../../core/deploy/types';
import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';
import { deploymentsStateKey } from '../../common/deploymentsStateKey';
import type { Uses } from '../../common/featureServices';
import type { CommandHandler } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import { Lazy } from '../../common/vscode/lazy';
import { logFailure } from '../../common/vscode/log';
import { startTimeout } from '../../common/vscode/timer';
import { TreeRefresh } from '../../common/vscode/treeRefresh';
import { viewIds } from '../../common/vscode/viewIds';
import type { ControllerDeps, DeployController, DeploymentAction } from './controller';

export type DeployDeps = ControllerDeps & Uses<'commands' | 'deployServices' | 'workspaceState'>;

/** What the other features may know of deployments. */
export interface DeployFeature extends Disposable {
  /** Deploys an object to an application that the person chooses. @returns false when nothing was deployed */
  readonly deploy: (object?: PackageObject) => Promise<boolean>;
  /** Names and values of what is followed, for the hover of the status bar. */
  readonly facts: readonly (readonly [string, string])[];
  readonly onDidChangeFacts: Event<void>;
}

/** After a start VS Code takes its time to show the views that were open, ms. */
const offerAfterMs = 3_000;

/** The Deployments view, and what can be done with deployments. Nothing of it is loaded before it is needed. */
export function registerDeploy(deps: DeployDeps): DeployFeature {
  const { deployServices, accounts, log } = deps;
  const disposables = new DisposableStore();
  const factsChanged = disposables.add(new Emitter<void>());
  let created: DeployController | undefined;
  const controller = disposables.add(
    new Lazy(async () => {
      const module = await import('./controller');
      return new module.DeployController(await deployServices.get(), deps);
    }),
  );
  const refresh = disposables.add(new TreeRefresh());
  const provider: TreeDataProvider<string> = {
    onDidChangeTreeData: refresh.event,
    getChildren: async (id) =>
      accounts.current === undefined ? [] : (await controller.get()).view.getChildren(id),
    getParent: async (id) => (await controller.get()).view.getParent(id),
    getTreeItem: async (id) => (await controller.get()).view.getTreeItem(id),
  };
  const view = disposables.add(
    window.createTreeView(viewIds.deployments, { treeDataProvider: provider }),
  );
  // The person did not request these reads: a failure goes into the log only.
  const quietly = (work: (each: DeployController) => Promise<void>): void => {
    controller
      .get()
      .then(work)
      .catch((error: unknown) => logFailure(log, error));
  };
  const refreshIfShown = (): void => {
    if (view.visible && accounts.current !== undefined) {
      quietly((each) => each.refreshWhenShown());
    }
  };
  const deploy = async (object?: PackageObject): Promise<boolean> =>
    (await controller.get()).deploy(object);
  /** A command of a row or of the palette. */
  const run =
    (action: DeploymentAction): CommandHandler =>
    async (element) =>
      (await controller.get()).run(action, element);

  disposables.addAll(
    controller.onDidCreate((each) => {
      created = each;
      disposables.add(
        each.onDidChange((id) => {
          refresh.changed(id);
          factsChanged.fire();
        }),
      );
    }),
    // A task may deploy while nobody looks: what it does belongs into the hover of the status bar, too.
    deployServices.onDidCreate(() => quietly(() => Promise.resolve())),
    view.onDidChangeVisibility(refreshIfShown),
    accounts.onDidChange(() => {
      refresh.changed(undefined);
      refreshIfShown();
    }),
    deps.commands.registerAll({
      deployToApplication: () => deploy(),
      confirmBatch: run('confirmNextBatch'),
      abortDeployment: run('abortDeployment'),
      rollBackDeployment: run('rollBackDeployment'),
      followDeployment: run('followDeployment'),
      copyDeploymentRequest: run('copyRequestId'),
      copyChangeOrder: run('copyChangeOrderId'),
      stopFollowing: async (id) => (await controller.get()).stopFollowing(id),
      removeDeployment: async (id) => (await controller.get()).remove(id),
      refreshDeployments: async () => (await controller.get()).refresh(),
    }),
  );
  refreshIfShown();
  if (wasInterrupted(deps.workspaceState.get<unknown>(deploymentsStateKey))) {
    const offer = (): void => {
      if (!view.visible) {
        quietly((each) => each.offerToResume());
      }
    };
    disposables.add(startTimeout(offerAfterMs, offer));
  }
  return {
    deploy,
    get facts() {
      return created?.facts ?? [];
    },
    onDidChangeFacts: factsChanged.event,
    dispose: () => disposables.dispose(),
  };
}

/** Whether deployments are stored that were followed; `Deployments` reads and checks them in full. */
function wasInterrupted(stored: unknown): boolean {
  return (
    Array.isArray(stored) &&
    stored.some((each: Parameters<typeof wasFollowed>[0] | null) => each && wasFollowed(each))
  );
}
