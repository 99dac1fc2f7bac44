import { l10n } from 'vscode';
import type { Application, DeployGroup } from '../../core/alibaba/edas/application';
import { maxBatches, maxWaitMinutes, releaseAtOnce, type Release } from '../../core/deploy';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';

/** Where in an application, and how. */
export interface ReleaseChoice {
  /** ECS only; undefined: all groups. */
  readonly group?: string;
  readonly release: Release;
}

const waits = Array.from({ length: maxWaitMinutes + 1 }, (_, minutes) => minutes);

/** Prompts for a group, if there are several, and for the release. Undefined when the person left. */
export async function promptRelease(
  title: string,
  application: Application,
  groups: readonly DeployGroup[],
): Promise<ReleaseChoice | undefined> {
  const chosen = groups.length < 2 ? {} : await promptGroup(title, groups);
  const release = chosen && (await promptBatchedRelease(title, application));
  return chosen && release && { ...chosen, release };
}

interface GroupItem extends PickItem {
  readonly group?: string;
}

async function promptGroup(
  title: string,
  groups: readonly DeployGroup[],
): Promise<{ readonly group?: string } | undefined> {
  const items: readonly GroupItem[] = [
    { icon: 'server-environment', label: l10n.t('All {0} groups', groups.length) },
    ...groups.map(({ id, name, version }) => ({
      icon: 'server',
      label: name === '_DEFAULT_GROUP' ? l10n.t('Default group') : name,
      description: version,
      group: id,
    })),
  ];
  const chosen = await safeWindow.showQuickPick(items, {
    title,
    placeHolder: l10n.t('Group of instances to deploy to'),
    matchOnDescription: true,
  });
  return chosen && { group: chosen.group };
}

interface ReleaseItem extends PickItem {
  readonly mode: 'automatic' | 'manual' | 'once';
}

async function promptBatchedRelease(
  title: string,
  { instances, clusterKind }: Application,
): Promise<Release | undefined> {
  const most = instances === undefined || instances === 0 ? maxBatches : instances;
  if (most < 2) {
    return releaseAtOnce;
  }
  const items: readonly ReleaseItem[] = [
    {
      icon: 'zap',
      label: l10n.t('At Once'),
      mode: 'once',
      detail:
        clusterKind === 'ecs'
          ? l10n.t('All instances in one batch: the application may not respond meanwhile')
          : l10n.t('All pods in one batch'),
    },
    {
      icon: 'run-all',
      label: l10n.t('In Batches, Automatically…'),
      mode: 'automatic',
      detail: l10n.t('Each batch starts by itself, after a wait'),
    },
    {
      icon: 'debug-step-over',
      label: l10n.t('In Batches, One by One…'),
      mode: 'manual',
      detail: l10n.t('Each batch after the first waits until you confirm it'),
    },
  ];
  const chosen = await safeWindow.showQuickPick(items, {
    title,
    placeHolder: l10n.t('How the instances are updated'),
  });
  if (chosen === undefined || chosen.mode === 'once') {
    return chosen && releaseAtOnce;
  }
  const batches = await promptBatches(title, most);
  if (batches === undefined) {
    return undefined;
  }
  const isManual = chosen.mode === 'manual';
  const waitMinutes = isManual ? 0 : await promptWait(title);
  return waitMinutes === undefined ? undefined : { batches, waitMinutes, isManual };
}

async function promptBatches(title: string, most: number): Promise<number | undefined> {
  const text = await safeWindow.showInputBox({
    title,
    value: '2',
    prompt: l10n.t('Number of batches'),
    validateInput: (typed) => {
      const number = Number(typed.trim());
      return Number.isInteger(number) && number >= 2 && number <= most
        ? undefined
        : l10n.t('Enter a whole number from {0} to {1}.', 2, most);
    },
  });
  return text === undefined ? undefined : Number(text.trim());
}

async function promptWait(title: string): Promise<number | undefined> {
  const items = waits.map((minutes) => ({
    label: minutes === 0 ? l10n.t('No wait') : l10n.t('{0} min', minutes),
    minutes,
  }));
  const chosen = await safeWindow.showQuickPick(items, {
    title,
    placeHolder: l10n.t('Wait between two batches'),
  });
  return chosen?.minutes;
}
