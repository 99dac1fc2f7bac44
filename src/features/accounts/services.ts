import type { EdasClient } from '../../core/alibaba/edas/client';
import type { Log } from '../../core/util/log';
import type { CredentialSession } from '../../core/credential/session';
import type { Commands } from '../../common/vscode/commands';
import type { Reporter } from '../../common/vscode/reporter';
import type { SettingsValidator } from '../../common/settings/settingsValidator';
import type { AccountKeys } from './accountKeys';
import type { CredentialFetcher } from './fetcher';
import type { AccountStore } from './store';

/** What signing in needs. */
export interface SignInServices {
  readonly store: AccountStore;
  readonly keys: AccountKeys;
  readonly fetcher: CredentialFetcher;
  readonly session: CredentialSession;
  readonly reporter: Reporter;
  readonly log: Log;
}

/** What all of accounts needs. */
export interface AccountServices extends SignInServices {
  readonly edas: EdasClient;
  readonly commands: Commands;
  readonly settings: SettingsValidator;
  /** Uploads that another account, or none, would end. */
  readonly uploads: { readonly running: number; cancelAll(): void };
}
