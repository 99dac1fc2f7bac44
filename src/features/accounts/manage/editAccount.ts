import { l10n } from 'vscode';
import type { Network } from '../../../core/alibaba/edas/credential';
import { parseEndpoint } from '../../../core/alibaba/endpoint';
import type { Account } from '../../../common/account';
import { networkName } from '../../../common/settings/network';
import { regionName } from '../../../common/messages/regionNames';
import {
  choices,
  choiceSetting,
  endpointSetting,
  networkOf,
} from '../../../common/settings/settings';
import { sourceText } from './accountItem';
import { promptEndpoint, promptName } from '../signIn/promptField';
import { promptRegion } from '../signIn/promptRegion';
import { promptPick } from '../signIn/prompts';
import { saveWithCredential } from '../credentialIdentity';
import { accountReport, changeKeys, confirmChange } from './changeKeys';
import { pickAccount } from './pickAccount';
import type { AccountServices } from '../accountServices';
import { safeWindow, type PickItem } from '../../../common/vscode/safeWindow';

interface Field extends PickItem {
  change(account: Account): Promise<void>;
}

/** Lets the person change the fields of an account until they close the list. The secret is never shown. */
export async function editAccount(services: AccountServices): Promise<void> {
  const { store } = services;
  const chosen = await onlyOrPicked(services, l10n.t('EDAS: Edit Account'));
  if (chosen === undefined) {
    return;
  }
  for (;;) {
    const account = store.find(chosen.id);
    const field = account && (await pickField(services, account));
    if (account === undefined || field === undefined) {
      return;
    }
    await field.change(account);
  }
}

export async function renameAccount(services: AccountServices): Promise<void> {
  const account = await onlyOrPicked(services, l10n.t('EDAS: Rename Account'));
  if (account !== undefined) {
    await rename(services, account);
  }
}

/** Changes the region of the current account after verifying it with EDAS. */
export async function selectRegion(services: AccountServices): Promise<void> {
  const account =
    services.store.current ?? (await onlyOrPicked(services, l10n.t('EDAS: Select Region')));
  if (account !== undefined) {
    await changeRegion(services, account);
  }
}

async function onlyOrPicked(
  { store }: AccountServices,
  title: string,
): Promise<Account | undefined> {
  return store.all.length > 1 ? pickAccount(store, title) : store.all[0];
}

function pickField(services: AccountServices, account: Account): Thenable<Field | undefined> {
  const { regionId, endpoint } = account;
  const fields: readonly Field[] = [
    {
      icon: 'tag',
      label: l10n.t('Name'),
      description: account.name,
      change: (now) => rename(services, now),
    },
    {
      icon: 'location',
      label: l10n.t('Region'),
      description: `${regionId} · ${regionName(regionId)}`,
      change: (now) => changeRegion(services, now),
    },
    {
      icon: 'server',
      label: l10n.t('EDAS endpoint'),
      description: endpoint ?? endpointSetting() ?? l10n.t('from the region'),
      change: (now) => changeEndpoint(services, now),
    },
    {
      icon: 'globe',
      label: l10n.t('OSS endpoint'),
      description: networkName(networkOf(account)),
      change: (now) => changeNetwork(services, now),
    },
    {
      icon: 'key',
      label: l10n.t('Keys'),
      description: sourceText(account),
      change: (now) => changeKeys(services, now),
    },
  ];
  return safeWindow.showQuickPick(fields, {
    title: l10n.t('EDAS: Edit Account “{0}”', account.name),
    placeHolder: l10n.t('What do you want to change?'),
  });
}

async function rename({ store }: AccountServices, account: Account): Promise<void> {
  const others = store.all.filter(({ id }) => id !== account.id).map(({ name }) => name);
  const answer = await promptName(singleStep(l10n.t('EDAS: Rename Account')), account.name, others);
  if (answer.kind === 'next') {
    await store.update({ ...account, name: answer.value });
  }
}

async function changeRegion(services: AccountServices, account: Account): Promise<void> {
  const { store, keys, fetcher, reporter } = services;
  if (!(await confirmChange(services, account))) {
    return;
  }
  const answer = await promptRegion({
    wizardStep: singleStep(l10n.t('EDAS: Region of “{0}”', account.name)),
    regionId: account.regionId,
    endpoint: account.endpoint ?? endpointSetting(),
    offersEndpoint: false,
    verify: async (regionId, signal) =>
      fetcher.fetchWith(await keys.of(account.keySource, signal), { ...account, regionId }, signal),
  });
  if (answer.kind !== 'next') {
    return;
  }
  if (answer.value.kind === 'verified') {
    const { regionId, result: credential } = answer.value;
    const moved = { ...account, regionId };
    await saveWithCredential(services, moved, credential, () => store.update(moved));
  } else if (answer.value.kind === 'rejected') {
    const { error } = answer.value;
    void reporter.report(error, accountReport(services, account, error));
  }
}

async function changeEndpoint(services: AccountServices, account: Account): Promise<void> {
  if (!(await confirmChange(services, account))) {
    return;
  }
  const wizardStep = singleStep(l10n.t('EDAS: Endpoint of “{0}”', account.name));
  const answer = await promptEndpoint(wizardStep, account.endpoint ?? '');
  if (answer.kind === 'next') {
    const endpoint = answer.value === '' ? undefined : parseEndpoint(answer.value);
    await services.store.update({ ...account, endpoint });
  }
}

async function changeNetwork({ store }: AccountServices, account: Account): Promise<void> {
  type Item = PickItem & { readonly network?: Network };
  const items: readonly Item[] = [
    { label: l10n.t('Use Setting'), description: networkName(choiceSetting('network')) },
    ...choices.network.map((network) => ({ label: networkName(network), network })),
  ];
  const answer = await promptPick<Item, Network | undefined>({
    ...singleStep(l10n.t('EDAS: OSS Endpoint of “{0}”', account.name)),
    placeholder: l10n.t('Which OSS endpoint should uploads go to?'),
    items,
    active: items.find(({ network }) => network === account.network),
    run: ({ network }) => Promise.resolve(network),
  });
  if (answer.kind === 'next') {
    await store.update({ ...account, network: answer.value });
  }
}

function singleStep(title: string): { title: string; step: number; steps: number } {
  return { title, step: 1, steps: 1 };
}
