import { l10n } from 'vscode';
import type { Network } from '../../core/alibaba/edas/credential';
import { parseEndpoint } from '../../core/alibaba/endpoint';
import type { Account } from '../../common/account';
import { networkName, networks } from '../../common/settings/network';
import { omit } from '../../common/omit';
import { regionName } from '../../common/messages/regionNames';
import { endpointSetting, networkSetting } from '../../common/settings/settings';
import { sourceText } from './accountItem';
import { accountReport } from './accountReport';
import { askEndpoint, askName } from './askTyped';
import { askRegion } from './askRegion';
import { promptPick, type Answer } from './boxes';
import { saveWithCredential } from './credentialIdentity';
import { changeKeys, confirmChange } from './changeKeys';
import { pickAccount } from './pickAccount';
import type { AccountServices } from './services';
import { safeWindow, type PickItem } from '../../common/vscode/safeWindow';

interface Field extends PickItem {
  change(account: Account): Promise<void>;
}

/** Lets a person change an account, one thing after the other, until they leave. Its secret is never shown. */
export async function editAccount(services: AccountServices): Promise<void> {
  const { store } = services;
  const chosen = await askWhich(services, l10n.t('EDAS: Edit Account'));
  if (chosen === undefined) {
    return;
  }
  for (;;) {
    const account = store.find(chosen.id);
    const field = account && (await askField(services, account));
    if (account === undefined || field === undefined) {
      return;
    }
    await field.change(account);
  }
}

export async function renameAccount(services: AccountServices): Promise<void> {
  const account = await askWhich(services, l10n.t('EDAS: Rename Account'));
  if (account !== undefined) {
    await rename(services, account);
  }
}

/** Moves the current account to another region, once EDAS has answered there. */
export async function selectRegion(services: AccountServices): Promise<void> {
  const account = await askWhich(services, l10n.t('EDAS: Select Region'), services.store.current);
  if (account !== undefined) {
    await changeRegion(services, account);
  }
}

/** @param known the account that needs no question */
async function askWhich(
  { store }: AccountServices,
  title: string,
  known?: Account,
): Promise<Account | undefined> {
  const [only, ...more] = store.all;
  if (known !== undefined || more.length === 0) {
    return known ?? only;
  }
  const chosen = await pickAccount(store, {
    title,
    placeholder: l10n.t('Which account?'),
    offersAdd: false,
  });
  return chosen === 'add' ? undefined : chosen;
}

function askField(services: AccountServices, account: Account): Thenable<Field | undefined> {
  const { regionId, network, endpoint } = account;
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
      description: `${regionId} · ${regionName(regionId, l10n)}`,
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
      description: networkName(network ?? networkSetting(), l10n),
      change: (now) => changeNetwork(services, now),
    },
    {
      icon: 'key',
      label: l10n.t('Keys'),
      description: sourceText(account, l10n),
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
  const answer = await askName(alone(l10n.t('EDAS: Rename Account')), account.name, others);
  if (answer.kind === 'next') {
    await store.update({ ...account, name: answer.value });
  }
}

async function changeRegion(services: AccountServices, account: Account): Promise<void> {
  const { store, keys, fetcher, reporter } = services;
  if (!(await confirmChange(services, account))) {
    return;
  }
  const answer = await askRegion({
    place: alone(l10n.t('EDAS: Region of “{0}”', account.name)),
    regionId: account.regionId,
    endpoint: account.endpoint ?? endpointSetting(),
    offersEndpoint: false,
    verify: async (regionId, signal) =>
      fetcher.ask(await keys.of(account.keySource, signal), { ...account, regionId }, signal),
  });
  if (answer.kind !== 'next') {
    return;
  }
  if (answer.value.kind === 'proven') {
    const { regionId, proof } = answer.value;
    const moved = { ...account, regionId };
    await saveWithCredential(services, moved, proof, () => store.update(moved));
  } else if (answer.value.kind === 'refused') {
    const { error } = answer.value;
    void reporter.report(error, accountReport(services, account, error));
  }
}

async function changeEndpoint(services: AccountServices, account: Account): Promise<void> {
  if (!(await confirmChange(services, account))) {
    return;
  }
  const place = alone(l10n.t('EDAS: Endpoint of “{0}”', account.name));
  const answer = await askEndpoint(place, account.endpoint ?? '');
  if (answer.kind === 'next') {
    const rest = omit(account, 'endpoint');
    const text = answer.value;
    await services.store.update(text === '' ? rest : { ...rest, endpoint: parseEndpoint(text) });
  }
}

async function changeNetwork({ store }: AccountServices, account: Account): Promise<void> {
  const answer = await askNetwork(account);
  if (answer.kind === 'next') {
    const rest = omit(account, 'network');
    const network = answer.value;
    await store.update(network === 'setting' ? rest : { ...rest, network });
  }
}

function askNetwork(account: Account): Promise<Answer<Network | 'setting'>> {
  type Item = PickItem & { readonly network: Network | 'setting' };
  const items: readonly Item[] = [
    {
      label: l10n.t('As in the Settings'),
      description: networkName(networkSetting(), l10n),
      network: 'setting',
    },
    ...networks.map((network) => ({ label: networkName(network, l10n), network })),
  ];
  return promptPick<Item, Network | 'setting'>({
    ...alone(l10n.t('EDAS: OSS Endpoint of “{0}”', account.name)),
    placeholder: l10n.t('Which OSS endpoint should uploads go to?'),
    items,
    active: items.find(({ network }) => network === (account.network ?? 'setting')),
    work: ({ network }) => Promise.resolve(network),
  });
}

function alone(title: string): { title: string; step: number; steps: number } {
  return { title, step: 1, steps: 1 };
}
