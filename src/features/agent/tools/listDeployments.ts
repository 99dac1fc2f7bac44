import { l10n } from 'vscode';
import { text } from '../../../core/util/inputFields';
import { signedInAccount } from '../../../common/account';
import { deploymentValue } from '../deploymentFacts';
import { readingTool } from '../tool';

const maxListed = 30;

/** The recent deployments of one application, or of those that were deployed to from here. */
export const listDeployments = readingTool({
  fields: {
    /** Id or exact name. */
    application: text(),
  },
  progress: () => l10n.t('Listing deployments in EDAS'),
  read: async ({ application }, { deps, signal }) => {
    const { id: accountId } = signedInAccount(deps.accounts);
    const { deployments } = await deps.deployServices.get();
    const found =
      application === undefined
        ? undefined
        : await deployments.findApplication(accountId, application, signal);
    await deployments.loadRecent(accountId, signal, found && [found]);
    const listed = deployments.all
      .filter((each) => each.accountId === accountId)
      .filter((each) => found === undefined || each.application.id === found.id)
      .slice(0, maxListed);
    return {
      facts: { deployment: listed.map(deploymentValue) },
      next:
        listed.length === 0 && found === undefined
          ? 'Nothing was deployed from here: name an application.'
          : undefined,
    };
  },
});
