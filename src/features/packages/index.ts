import { env, l10n, window, type Uri } from 'vscode';
import type { Disposable } from '../../core/util/disposable';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import type { CurrentAccount } from '../../common/account';
import type { Commands } from '../../common/vscode/commands';
import { ContextKey } from '../../common/vscode/contextKey';
import { DisposableStore } from '../../common/vscode/disposables';
import type { Lazy } from '../../common/vscode/lazy';
import type { Reporter } from '../../common/vscode/reporter';
import { fetchOnShowSetting, networkOf } from '../../common/settings/settings';
import type { TransferServices } from '../../common/transferServices';
import { registerPackagesCommands, viewId } from './commands';
import { DropToUpload } from './dropController';
import { describeView } from '../../common/vscode/safeWindow';
import { PackagesModel } from './model';
import { notFetchedRow, rowsOf, targetFolder } from './rows';
import { PackagesView } from './view';

export interface PackagesDeps {
  readonly accounts: CurrentAccount;
  readonly session: CredentialSession;
  readonly tools: Lazy<TransferServices>;
  readonly commands: Commands;
  readonly reporter: Reporter;
  readonly log: Log;
  /** Uploads files to a folder below the package prefix, named with a slash at its end; '' is the prefix itself. */
  readonly upload: (files: readonly Uri[], folder: string) => Promise<void>;
  /** The same, after having asked which files. */
  readonly choose: (folder: string) => Promise<void>;
  /** Deploys an object to an application that the person chooses. */
  readonly deploy: (object: { readonly key: string }) => Promise<void>;
  /** Folder for the records of downloads. */
  readonly downloadsFolder: string;
}

export interface PackagesFeature extends Disposable {
  /** Cancels the downloads. Resolves when what they had written is removed. */
  stop(): Promise<void>;
}

/** What a killed window has left is removed so long after the start, and again for a window that was still ending. ms */
const sweepAfterMs = [5_000, 30_000];

/** Ages that were drawn longer ago are drawn anew when somebody looks again, ms. */
const agesHoldMs = 60_000;

/** The Packages view: what stands under the package prefix, and what can be done with it. */
export function registerPackages(deps: PackagesDeps): PackagesFeature {
  const { accounts, session, reporter, upload } = deps;
  const disposables = new DisposableStore();
  const packages = disposables.add(
    new PackagesModel({
      ...deps,
      network: () => networkOf(accounts.current),
      fetchesOnShow: fetchOnShowSetting,
    }),
  );
  let drawnAt = Infinity;
  const provider = disposables.add(
    new PackagesView(async (folder) => {
      const listing = await packages.look(folder);
      if (listing === 'notFetched') {
        return folder === '' ? [notFetchedRow()] : [];
      }
      if (listing === undefined || listing === 'signedOut') {
        return [];
      }
      drawnAt = Math.min(drawnAt, Date.now());
      const { filter } = packages;
      const circumstances = { now: session.clock.now(), locale: env.language, filter };
      return rowsOf(folder, listing, circumstances);
    }),
  );
  const row = provider.row.bind(provider);
  const view = disposables.add(
    window.createTreeView(viewId, {
      treeDataProvider: provider,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: new DropToUpload(
        (id) => targetFolder(id === undefined ? undefined : row(id)),
        upload,
        reporter,
      ),
    }),
  );
  const filtered = disposables.add(new ContextKey('edasPackages.packagesFiltered'));
  const draw = (folder: string): void => {
    const { filter } = packages;
    describeView(view, { description: filter === '' ? '' : l10n.t('“{0}…”', filter) });
    filtered.set(filter !== '');
    provider.redraw(folder);
  };
  const look = (): void => {
    if (view.visible) {
      packages.shown();
    } else {
      packages.hidden();
    }
    if (view.visible && window.state.focused && Date.now() - drawnAt > agesHoldMs) {
      drawnAt = Infinity;
      provider.redraw();
    }
  };

  disposables.add(packages.onDidChange(draw));
  disposables.add(view.onDidChangeVisibility(look));
  disposables.add(window.onDidChangeWindowState(look));
  disposables.add(
    registerPackagesCommands({
      ...{ ...deps, packages, row },
      reveal: (id) => view.reveal(id, { select: true, focus: true }),
      isVisible: () => view.visible,
      selection: () => view.selection,
    }),
  );
  for (const delayMs of sweepAfterMs) {
    const timer = setTimeout(() => void removeLeftovers(deps), delayMs);
    timer.unref();
    disposables.add({ dispose: () => clearTimeout(timer) });
  }
  return { stop: () => packages.stop(), dispose: () => disposables.dispose() };
}

async function removeLeftovers({ downloadsFolder, log }: PackagesDeps): Promise<void> {
  const { TemporaryFiles } = await import('../../core/transfer/download/temporaryFiles');
  await new TemporaryFiles(downloadsFolder, log).removeStale();
}
