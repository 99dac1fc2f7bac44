import { l10n } from 'vscode';
import type { Application } from '../../../core/alibaba/edas/application';
import { text } from '../../../core/util/inputFields';
import { signedInAccount } from '../../../common/account';
import type { Value } from '../resultText';
import { readingTool } from '../tool';

const maxListed = 100;

/** The applications of the account's region; of a single ECS application its groups, too. */
export const listApplications = readingTool({
  fields: {
    /** Only applications whose name has this, whatever the case. */
    name: text(),
  },
  progress: () => l10n.t('Listing applications in EDAS'),
  read: async ({ name = '' }, { deps, signal }) => {
    const account = signedInAccount(deps.accounts);
    const { deployments } = await deps.deployServices.get();
    const all = await deployments.listApplications(account.id, signal);
    const wanted = name.toLowerCase();
    const found = all.filter((each) => each.name.toLowerCase().includes(wanted));
    const [only, ...others] = found;
    const groups =
      others.length === 0 && only?.clusterKind === 'ecs'
        ? await deployments.listGroups(account.id, only.id, signal)
        : [];
    const left = found.length - maxListed;
    return {
      facts: {
        region: account.regionId,
        application: found.slice(0, maxListed).map(applicationValue),
        group: groups.map((group) => ({ name: group.name, version: group.version })),
        notListed: left > 0 ? left : undefined,
      },
      next:
        left > 0
          ? 'Call this tool again with a part of the name.'
          : found.length === 0
            ? 'No such application in this region: check the name with the person.'
            : undefined,
    };
  },
});

function applicationValue(application: Application): Value {
  const { id, name, namespace, k8sNamespace, clusterKind, kind, state } = application;
  const { instances, runningInstances } = application;
  return {
    id,
    name,
    namespace,
    kubernetesNamespace: k8sNamespace,
    cluster: clusterKind,
    packageKind: kind,
    state,
    instances,
    runningInstances,
  };
}
