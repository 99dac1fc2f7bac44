import { l10n, QuickPickItemKind } from 'vscode';
import type { Application } from '../../core/alibaba/edas/application';
import {
  assertFits,
  type DeployedApplication,
  type Deployments,
  type DeployPackage,
} from '../../core/deploy';
import { hasCode, isAbort } from '../../core/errors/catalogue';
import { describeError } from '../../common/messages';
import { DisposableStore } from '../../common/vscode/disposables';
import { errorMessageOf } from '../../common/vscode/reporter';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';
import { promptId } from './promptId';

export interface PickApplicationOptions {
  readonly title: string;
  readonly accountId: string;
  readonly deployments: Deployments;
  /** What is deployed: applications that it does not fit come last, with the reason. */
  readonly package?: DeployPackage;
}

interface ApplicationPick extends PickItem {
  /** Absent: the id is typed. */
  readonly application?: Pick<Application, 'id'> | Application;
}

/** Prompts for an application, the last used first. Undefined when the person left. */
export async function pickApplication(
  options: PickApplicationOptions,
): Promise<Application | undefined> {
  const { deployments, accountId } = options;
  const chosen = await choose(options);
  if (chosen === undefined) {
    return undefined;
  }
  const { application } = chosen;
  if (application !== undefined && 'clusterKind' in application) {
    return application;
  }
  const id =
    application?.id ??
    (await promptId(
      options.title,
      l10n.t('ID of the application, as its page in the EDAS console shows it'),
      l10n.t('Enter the ID of an application.'),
    ));
  return id === undefined ? undefined : deployments.getApplication(accountId, id);
}

/** Shows what is used at once, and everything once it is listed. */
async function choose(options: PickApplicationOptions): Promise<ApplicationPick | undefined> {
  const { title, deployments, accountId } = options;
  const disposables = new DisposableStore();
  const listing = new AbortController();
  disposables.add({ dispose: () => listing.abort() });
  const box = disposables.add(safeWindow.createQuickPick<ApplicationPick>());
  const placeholder = l10n.t('Application to deploy to');
  Object.assign(box, { title, placeholder, matchOnDescription: true, matchOnDetail: true });
  box.busy = true;
  const used = deployments.applicationsUsed(accountId);
  const chosen = new Promise<ApplicationPick | undefined>((resolve, reject) => {
    const list = async (): Promise<void> => {
      const applications = await deployments.listApplications(accountId, listing.signal);
      box.items = [...itemsOf(applications, used, options.package), enterId()];
    };
    list()
      .catch((error: unknown) => {
        if (isAbort(error)) {
          return;
        }
        if (!hasCode(error, 'edas.noPermission')) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        box.placeholder = l10n.t('This account may not list applications: enter an ID');
        box.items = [...used.map(usedItem), enterId(errorMessageOf(error))];
      })
      .finally(() => (box.busy = false));
    disposables.add(box.onDidAccept(() => box.selectedItems[0] && resolve(box.selectedItems[0])));
    disposables.add(box.onDidHide(() => resolve(undefined)));
    box.show();
  });
  return chosen.finally(() => disposables.dispose());
}

function enterId(detail?: string): ApplicationPick {
  return { icon: 'edit', label: l10n.t('Enter an Application ID…'), alwaysShow: true, detail };
}

function usedItem(application: DeployedApplication): ApplicationPick {
  const { id, name, namespace } = application;
  return { label: name, description: namespace, detail: id, application: { id } };
}

/** Applications as rows: those that the package fits first, and of these the last used. */
export function itemsOf(
  applications: readonly Application[],
  used: readonly DeployedApplication[],
  deployed: DeployPackage | undefined,
): readonly ApplicationPick[] {
  const rank = ({ id }: Application): number => {
    const index = used.findIndex((each) => each.id === id);
    return index < 0 ? used.length : index;
  };
  const sorted = applications.toSorted(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || a.id.localeCompare(b.id),
  );
  const fits: ApplicationPick[] = [];
  const others: ApplicationPick[] = [];
  for (const application of sorted) {
    const reason = deployed && misfit(application, deployed);
    const item = itemOf(application);
    if (reason === undefined) {
      fits.push(item);
    } else {
      others.push({ ...item, icon: 'circle-slash', detail: reason });
    }
  }
  const separator = {
    label: l10n.t('{0} does not fit these', deployed?.fileName ?? ''),
    kind: QuickPickItemKind.Separator,
  };
  return others.length === 0 ? fits : [...fits, separator, ...others];
}

function misfit(application: Application, deployed: DeployPackage): string | undefined {
  try {
    assertFits(application, deployed);
    return undefined;
  } catch (error) {
    if (hasCode(error)) {
      return describeError(error).sentence;
    }
    throw error;
  }
}

function itemOf(application: Application): ApplicationPick {
  const { name, namespace, clusterKind, kind, state, instances, runningInstances } = application;
  const facts = [
    clusterKind === 'ecs' ? 'ECS' : clusterKind === 'kubernetes' ? 'Kubernetes' : undefined,
    kind === 'none'
      ? l10n.t('never deployed')
      : kind === 'unknown'
        ? undefined
        : kind.toUpperCase(),
    state?.toLowerCase(),
    instances === undefined
      ? undefined
      : l10n.t('{0} of {1} instances running', runningInstances ?? '?', instances),
  ].filter((fact) => fact !== undefined);
  const icon = clusterKind === 'kubernetes' ? 'layers' : 'server';
  return { icon, label: name, description: namespace, detail: facts.join(' · '), application };
}
