import { l10n, QuickPickItemKind } from 'vscode';
import type { Application } from '../../core/alibaba/edas/application';
import {
  assertFits,
  type DeployedApplication,
  type Deployments,
  type DeployPackage,
} from '../../core/deploy';
import { hasCode } from '../../core/errors/catalogue';
import { describeError } from '../../common/messages';
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
export async function pickApplication({
  title,
  accountId,
  deployments,
  package: deployed,
}: PickApplicationOptions): Promise<Application | undefined> {
  const listing = new AbortController();
  const list = async (): Promise<readonly ApplicationPick[]> => {
    const used = deployments.applicationsUsed(accountId);
    try {
      const applications = await deployments.listApplications(accountId, listing.signal);
      return [...itemsOf(applications, used, deployed), enterId()];
    } catch (error) {
      if (hasCode(error, 'edas.noPermission')) {
        return [...used.map(usedItem), enterId(errorMessageOf(error))];
      }
      throw error;
    }
  };
  let chosen: ApplicationPick | undefined;
  try {
    chosen = await safeWindow.showQuickPick(list(), {
      title,
      placeHolder: l10n.t('Application to deploy to'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
  } finally {
    listing.abort();
  }
  if (chosen === undefined) {
    return undefined;
  }
  const { application } = chosen;
  if (application !== undefined && 'clusterKind' in application) {
    return application;
  }
  const prompt = l10n.t('ID of the application, as its page in the EDAS console shows it');
  const complaint = l10n.t('Enter the ID of an application.');
  const id = application?.id ?? (await promptId(title, prompt, complaint));
  return id === undefined ? undefined : deployments.getApplication(accountId, id);
}

function enterId(detail?: string): ApplicationPick {
  return { icon: 'edit', label: l10n.t('Enter an Application ID…'), alwaysShow: true, detail };
}

function usedItem(application: DeployedApplication): ApplicationPick {
  const { id, name, namespace } = application;
  return { label: name, description: namespace, detail: id, application: { id } };
}

/** Applications as rows: those that the package fits first, and of these the last used. */
function itemsOf(
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
