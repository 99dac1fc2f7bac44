import { l10n } from 'vscode';
import { text, whole } from '../../../core/util/inputFields';
import { signedInAccount } from '../../../common/account';
import { listPage } from '../../../common/objects/listPage';
import { isoTime } from '../resultText';
import { readingTool } from '../tool';

const usualCount = 50;

/** Packages under the package prefix: one page of a folder. */
export const listPackages = readingTool({
  fields: {
    /** Below the package prefix; up to its last slash it is a folder, the rest is how names begin. */
    prefix: text(),
    count: whole(1, 200),
    /** `nextPage` of an earlier result. */
    page: text(4_096),
  },
  progress: () => l10n.t('Listing packages in EDAS'),
  read: async ({ prefix = '', count = usualCount, page: token }, { deps, signal }) => {
    signedInAccount(deps.accounts);
    const { oss } = await deps.transferServices.get();
    const start = prefix.lastIndexOf('/') + 1;
    const request = { folder: prefix.slice(0, start), filter: prefix.slice(start), count, token };
    const { entries, nextToken } = await deps.session.use((credential) => {
      const target = { credential, network: deps.network() };
      return listPage(oss, target, request, signal);
    }, signal);
    return {
      facts: {
        folder: entries.flatMap(({ kind, path }) => (kind === 'folder' ? [path] : [])),
        package: entries.flatMap((entry) =>
          entry.kind === 'object'
            ? [{ name: entry.path, bytes: entry.size, uploadedAt: isoTime(entry.lastModified) }]
            : [],
        ),
        nextPage: nextToken,
      },
      next:
        nextToken !== undefined
          ? 'There are more: call this tool again with the same prefix, and with nextPage as page.'
          : entries.length === 0
            ? 'Nothing begins with this prefix.'
            : undefined,
    };
  },
});
