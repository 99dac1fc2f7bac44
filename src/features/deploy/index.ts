import { EventEmitter, window, type Memento, type TreeDataProvider } from 'vscode';
import type { PackageObject } from '../../core/deploy';
import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';
import { deploymentsId } from '../../common/deploymentsId';
import type { DeployServices } from '../../common/deployServices';
import { commandIds, type CommandId } from '../../common/vscode/commandIds';
import type { Commands } from '../../common/vscode/commands';
import { DisposableStore } from '../../common/vscode/disposables';
import { Lazy } from '../../common/vscode/lazy';
import { logFailure } from '../../common/vscode/log';
import { ThrottledRefresh } from '../../common/vscode/throttledRefresh';
import { startTimeout } from '../../common/vscode/timer';
import type { ControllerDeps, DeployController, DeploymentAction } from './controller';

export interface DeployDeps extends ControllerDeps {
  readonly deployServices: Lazy<DeployServices>;
  readonly commands: Commands;
  readonly workspaceState: Pick<Memento, 'get'>;
}

/** What the other features may know of deployments. */
export interface DeployFeature extends Disposable {
  /** Deploys an object to an application that the person chooses. */
  readonly deploy: (object: PackageObject) => Promise<void>;
  /** Names and values of what is followed, for the hover of the status bar. */
  readonly facts: readonly (readonly [string, string])[];
  readonly onDidChangeFacts: Event<void>;
}

/** After a start VS Code takes its time to show the views that were open, ms. */
const offerAfterMs = 3_000;
/** The commands of rows and of the palette, and what they do. */
const actionCommands: readonly (readonly [CommandId, DeploymentAction])[] = [
  [commandIds.confirmBatch, 'confirmNextBatch'],
  [commandIds.abortDeployment, 'abortDeployment'],
  [commandIds.rollBackDeployment, 'rollBackDeployment'],
  [commandIds.followDeployment, 'followDeployment'],
  [commandIds.copyDeploymentRequest, 'copyRequestId'],
  [commandIds.copyChangeOrder, 'copyChangeOrderId'],
];

/** The Deployments view, and what can be done with deployments. Nothing of it is loaded before it is needed. */
export function registerDeploy(deps: DeployDeps): DeployFeature {
  const { deployServices, commands, accounts, log, workspaceState } = deps;
  const disposables = new DisposableStore();
  const factsChanged = disposables.add(new Emitter<void>());
  let made: DeployController | undefined;
  const controller = disposables.add(
    new Lazy(async () => {
      const { DeployController: Made } = await import('./controller');
      made = new Made(await deployServices.get(), deps);
      return made;
    }),
  );
  const treeChanged = new EventEmitter<string[] | undefined>();
  disposables.add(treeChanged);
  const provider: TreeDataProvider<string> = {
    onDidChangeTreeData: treeChanged.event,
    getChildren: async (id) =>
      accounts.current === undefined ? [] : (await controller.get()).view.getChildren(id),
    getParent: async (id) => (await controller.get()).view.getParent(id),
    getTreeItem: async (id) => (await controller.get()).view.getTreeItem(id),
  };
  const view = disposables.add(
    window.createTreeView(deploymentsId, { treeDataProvider: provider }),
  );

  const changedRows = new Set<string>();
  let hasListChanged = false;
  const refresh = disposables.add(
    new ThrottledRefresh(() => {
      treeChanged.fire(hasListChanged ? undefined : [...changedRows]);
      changedRows.clear();
      hasListChanged = false;
    }),
  );
  disposables.add(
    controller.onDidCreate((each) =>
      disposables.add(
        each.onDidChange((id) => {
          if (id === undefined) {
            hasListChanged = true;
          } else {
            changedRows.add(id);
          }
          refresh.changed();
          factsChanged.fire();
        }),
      ),
    ),
  );
  // Nobody asked for these reads: what goes wrong with them goes into the log.
  const quietly = (work: (each: DeployController) => Promise<void>): void => {
    controller
      .get()
      .then(work)
      .catch((error: unknown) => logFailure(log, error));
  };
  // A task may deploy while nobody looks: what it does belongs into the hover of the status bar, too.
  disposables.add(deployServices.onDidCreate(() => quietly(() => Promise.resolve())));
  const look = (): void => {
    if (view.visible && accounts.current !== undefined) {
      quietly((each) => each.refresh());
    }
  };
  disposables.add(view.onDidChangeVisibility(look));
  disposables.add(
    accounts.onDidChange(() => {
      treeChanged.fire(undefined);
      look();
    }),
  );

  disposables.add(
    commands.register(commandIds.deployToApplication, async () =>
      (await controller.get()).deploy(undefined),
    ),
  );
  for (const [id, action] of actionCommands) {
    disposables.add(
      commands.register(id, async (element) => (await controller.get()).run(action, element)),
    );
  }
  disposables.add(
    commands.register(commandIds.stopFollowing, async (id) =>
      (await controller.get()).stopFollowing(id),
    ),
  );
  disposables.add(
    commands.register(commandIds.removeDeployment, async (id) =>
      (await controller.get()).remove(id),
    ),
  );
  disposables.add(
    commands.register(commandIds.refreshDeployments, async () =>
      (await controller.get()).refresh(),
    ),
  );
  look();
  if (wasInterrupted(workspaceState.get<unknown>(deploymentsId))) {
    const offer = (): void => {
      if (!view.visible) {
        quietly((each) => each.offerToResume());
      }
    };
    disposables.add(startTimeout(offerAfterMs, offer));
  }
  return {
    deploy: async (object) => (await controller.get()).deploy(object),
    get facts() {
      return made?.facts ?? [];
    },
    onDidChangeFacts: factsChanged.event,
    dispose: () => disposables.dispose(),
  };
}

/** Whether deployments are stored that had not ended; `Deployments` reads them in full. */
function wasInterrupted(saved: unknown): boolean {
  const ends: readonly unknown[] = ['succeeded', 'failed', 'aborted', 'partial'];
  return (
    Array.isArray(saved) &&
    saved.some((each: { readonly state?: unknown } | null) => !ends.includes(each?.state))
  );
}
