import type { EdasApi } from '../../core/alibaba/edas/edasApi';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import type { Commands } from '../../common/vscode/commands';
import type { Reporter } from '../../common/vscode/reporter';
import type { SettingsValidator } from '../../common/settings/settingsValidator';
import type { AccountKeys } from './accountKeys';
import type { CredentialFetcher } from './fetcher';
import type { AccountStore } from './store';

/** Services for signing in. */
export interface SignInServices {
  readonly store: AccountStore;
  readonly keys: AccountKeys;
  readonly fetcher: CredentialFetcher;
  readonly session: CredentialSession;
  readonly reporter: Reporter;
  readonly log: Log;
}

/** Services of the accounts feature. */
export interface AccountServices extends SignInServices {
  readonly edas: EdasApi;
  readonly commands: Commands;
  readonly settings: SettingsValidator;
  /** Running uploads, which a change of account cancels. */
  readonly uploads: { readonly running: number; cancelAll(): void };
}
