import { l10n } from 'vscode';
import { statusOf } from '../../../common/credentialStatus';
import { isoTime } from '../resultText';
import { readingTool } from '../tool';

/** What is known of the credential; requests nothing of the network. */
export const credentialStatus = readingTool({
  fields: {},
  progress: () => l10n.t('Checking the EDAS credential'),
  read: (_input, { deps: { accounts, session } }) => {
    const { state, regionId, bucket, keyPrefix, expiresAt } = statusOf(
      accounts.current,
      session.state,
      session.clock.now(),
    );
    return Promise.resolve({
      facts: {
        state,
        account: accounts.current?.name,
        region: regionId,
        bucket,
        packagePrefix: keyPrefix,
        expiresAt: isoTime(expiresAt),
      },
      next:
        state === 'signedOut'
          ? 'Ask the person to run the command "EDAS: Sign In…". Never ask for keys.'
          : undefined,
    });
  },
});
