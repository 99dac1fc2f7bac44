import { l10n } from 'vscode';
import {
  isFollowed,
  type Deployment,
  type Deployments,
  type PackageObject,
} from '../../core/deploy';
import { CodedError } from '../../core/errors/catalogue';
import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';
import type { Account } from '../../common/account';
import type { DeployServices } from '../../common/deployServices';
import { batchText, stateText } from '../../common/messages/deploymentText';
import type { Uses } from '../../common/featureServices';
import { DisposableStore } from '../../common/vscode/disposables';
import { logFailure } from '../../common/vscode/log';
import { safeWindow } from '../../common/vscode/safeWindow';
import { viewIds } from '../../common/vscode/viewIds';
import * as actions from './actions';
import { deployToApplication, type DeployFlowDeps } from './deployFlow';
import { DeploymentNotices } from './notices';
import { deploymentRow, type Row } from './rows';
import { showButton } from './showButton';
import { DeploymentsView, type RowSource } from './view';

export type ControllerDeps = Uses<
  'accounts' | 'ensureSignedIn' | 'log' | 'reporter' | 'session' | 'transferServices'
>;

/** The actions of rows and of the palette. */
export type DeploymentAction = keyof typeof actions;

/** Everything about deployments that a person sees; loaded when there is something to show or to do. */
export class DeployController implements Disposable, RowSource {
  readonly view: DeploymentsView;
  readonly #deployments: Deployments;
  readonly #notices: DeploymentNotices;
  readonly #disposables = new DisposableStore();
  readonly #disposed = new AbortController();
  readonly #changed = new Emitter<string | undefined>();
  /** Resolves the progress in the view's title. */
  #finish: (() => void) | undefined;
  #isLoading = false;

  /** The row of this deployment has changed; undefined: the list. */
  readonly onDidChange: Event<string | undefined> = this.#changed.event;

  constructor(
    private readonly services: DeployServices,
    private readonly deps: ControllerDeps,
  ) {
    const { deployments } = services;
    this.#deployments = deployments;
    this.view = new DeploymentsView(this);
    this.#notices = this.#disposables.add(new DeploymentNotices(deployments, deps.reporter));
    let ids = this.ids.join();
    let account = deps.accounts.current?.id;
    this.#disposables.addAll(
      deployments.onDidChange(({ id }) => {
        const now = this.ids.join();
        this.#changed.fire(now === ids ? id : undefined);
        ids = now;
        this.#showProgress();
      }),
      deps.accounts.onDidChange((current) => {
        // Whoever signs out wants nothing to be read with their keys; who switches still wants to know how it ends.
        if (current === undefined && account !== undefined) {
          deployments.forgetAccount(account);
        }
        account = current?.id;
        this.#changed.fire(undefined);
      }),
    );
  }

  /** Of the account that is signed in, and whatever is followed. */
  get ids(): readonly string[] {
    const { current } = this.deps.accounts;
    return this.#deployments.all
      .filter(
        (each) => current !== undefined && (each.accountId === current.id || isFollowed(each)),
      )
      .map(({ id }) => id);
  }

  row(id: string): Row | undefined {
    const deployment = this.#deployments.get(id);
    return deployment && deploymentRow(deployment, Date.now());
  }

  async load(id: string): Promise<readonly Row[]> {
    try {
      const deployment = await this.#deployments.refresh(id, this.#disposed.signal);
      return deploymentRow(deployment, Date.now()).children;
    } catch (error) {
      logFailure(this.deps.log, error);
      const deployment = this.#deployments.get(id);
      return deployment === undefined || !(error instanceof CodedError)
        ? []
        : deploymentRow({ ...deployment, error }, Date.now()).children;
    }
  }

  /** For the hover of the status bar: what is followed now, and how far it is. */
  get facts(): readonly (readonly [string, string])[] {
    return this.#deployments.all.filter(isFollowed).map((deployment) => {
      const batch = batchText(deployment);
      const state = stateText(deployment);
      return [
        l10n.t('Deployment of {0}', deployment.application.name),
        batch === undefined ? state : `${state}, ${batch}`,
      ];
    });
  }

  /** @returns false when nothing was deployed */
  async deploy(object: PackageObject | undefined): Promise<boolean> {
    const deps = await this.#actionDeps();
    return deps !== undefined && deployToApplication(object, deps);
  }

  /** @param element of the row, or undefined from the palette */
  async run(action: DeploymentAction, element: unknown): Promise<void> {
    const id = typeof element === 'string' ? element.split('/')[0] : undefined;
    const deployment = id === undefined ? undefined : this.#deployments.get(id);
    if (id !== undefined && deployment === undefined) {
      throw new CodedError('deploy.gone');
    }
    const deps = await this.#actionDeps();
    if (deps !== undefined) {
      await actions[action](deployment, deps);
    }
  }

  stopFollowing(element: unknown): void {
    this.#deployments.stopFollowing(String(element));
  }

  remove(element: unknown): void {
    this.#deployments.remove(String(element));
  }

  /** Reads the recent orders, and follows what a reload has interrupted. @throws what the reads fail with */
  async refresh(): Promise<void> {
    const { current } = this.deps.accounts;
    if (current !== undefined) {
      await this.#resumeInterrupted(current);
      await this.#deployments.loadRecent(current.id, this.#disposed.signal);
    }
  }

  /** The same when the view is shown, unless that is running already. */
  async refreshWhenShown(): Promise<void> {
    if (this.#isLoading) {
      return;
    }
    this.#isLoading = true;
    try {
      await this.refresh();
    } finally {
      this.#isLoading = false;
    }
  }

  /** After a reload, when nobody looks: nothing is requested before the person wants it. */
  async offerToResume(): Promise<void> {
    const { current } = this.deps.accounts;
    const [first, ...others] = this.#interrupted(current);
    if (current === undefined || first === undefined) {
      return;
    }
    const { name } = first.application;
    await this.deps.reporter.showMessage(
      'info',
      others.length === 0
        ? l10n.t('A deployment of {0} was running when this window was closed.', name)
        : l10n.t('{0} deployments were running when this window was closed.', others.length + 1),
      [{ label: l10n.t('Follow'), press: () => this.#resumeInterrupted(current) }, showButton()],
    );
  }

  dispose(): void {
    this.#disposed.abort();
    this.#finish?.();
    this.#disposables.dispose();
    this.#changed.dispose();
  }

  #interrupted(account: Account | undefined): readonly Deployment[] {
    return this.#deployments.interrupted.filter((each) => each.accountId === account?.id);
  }

  async #resumeInterrupted(account: Account): Promise<void> {
    for (const deployment of this.#interrupted(account)) {
      await this.#resume(deployment);
    }
  }

  async #resume({ id }: Deployment): Promise<void> {
    this.#notices.watch({ id });
    await this.#deployments.resume(id, this.#disposed.signal);
  }

  async #actionDeps(): Promise<DeployFlowDeps | undefined> {
    const { accounts, ensureSignedIn, session, transferServices, reporter } = this.deps;
    if (!(await ensureSignedIn()) || accounts.current === undefined) {
      return undefined;
    }
    return {
      session,
      transferServices,
      reporter,
      account: accounts.current,
      deployments: this.#deployments,
      resolve: this.services.resolve,
      watch: (deployment) => this.#notices.watch(deployment),
      resume: (deployment) => this.#resume(deployment),
    };
  }

  /** In the view's title, while anything is followed. */
  #showProgress(): void {
    const isBusy = this.#deployments.all.some(isFollowed);
    if (isBusy && this.#finish === undefined) {
      const done = new Promise<void>((resolve) => (this.#finish = resolve));
      void safeWindow.withProgress({ location: { viewId: viewIds.deployments } }, () => done);
    } else if (!isBusy) {
      this.#finish?.();
      this.#finish = undefined;
    }
  }
}
