import type { EdasClient } from '../../core/edas/client';
import type { Log } from '../../core/log';
import type { CredentialSession } from '../../core/session/session';
import type { Commands } from '../../kit/commands';
import type { Reporter } from '../../kit/report';
import type { SettingsCheck } from '../../kit/settingsCheck';
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
  readonly settings: SettingsCheck;
  /** Uploads that another account, or none, would end. */
  readonly uploads: { readonly running: number; cancelAll(): void };
}
