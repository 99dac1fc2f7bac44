import type { Memento } from 'vscode';
import type { CredentialSession } from '../core/credential/session';
import type { Log } from '../core/util/log';
import type { Account, CurrentAccount } from './account';
import type { SettingsValidator } from './settings/settingsValidator';
import type { DeployServices } from './deployServices';
import type { TransferServices } from './transferServices';
import type { UploadService } from './upload/uploadService';
import type { Commands } from './vscode/commands';
import type { Lazy } from './vscode/lazy';
import type { Reporter } from './vscode/reporter';

/** What the features share. `src/createServices.ts` creates each of them once; a feature names those that it uses. */
export interface FeatureServices {
  readonly accounts: CurrentAccount & { find(id: string): Account | undefined };
  readonly session: CredentialSession;
  readonly transferServices: Lazy<TransferServices>;
  readonly deployServices: Lazy<DeployServices>;
  readonly uploads: UploadService;
  readonly commands: Commands;
  readonly reporter: Reporter;
  /** Warns of invalid settings. */
  readonly settings: Pick<SettingsValidator, 'warn'>;
  readonly log: Log;
  /** The extension's state in all windows. */
  readonly state: Pick<Memento, 'get' | 'keys' | 'update'>;
  readonly workspaceState: Pick<Memento, 'get' | 'update'>;
  /** Folder for what transfers must find again after a restart. */
  readonly storageFolder: string;
  /** Folder for the records of downloads. */
  readonly downloadsFolder: string;
  /** Folder for the files that hand the credential over to a terminal. */
  readonly terminalFolder: string;
  /** Signs in when nobody is; false when the person cancelled. */
  readonly ensureSignedIn: () => Promise<boolean>;
}

/** The services that one feature uses. */
export type Uses<K extends keyof FeatureServices> = Pick<FeatureServices, K>;
