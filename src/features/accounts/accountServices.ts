import type { EdasApi } from '../../core/alibaba/edas/edasApi';
import type { Uses } from '../../common/featureServices';
import type { SettingsValidator } from '../../common/settings/settingsValidator';
import type { AccountKeys } from './accountKeys';
import type { CredentialFetcher } from './fetcher';
import type { AccountStore } from './store';

export interface SignInServices extends Uses<'log' | 'reporter' | 'session'> {
  readonly store: AccountStore;
  readonly keys: AccountKeys;
  readonly fetcher: CredentialFetcher;
}

export interface AccountServices extends SignInServices, Uses<'commands' | 'uploads'> {
  readonly edas: EdasApi;
  readonly settings: SettingsValidator;
}
