import type { Memento } from 'vscode';
import type { Log } from '../../core/util/log';
import type { CurrentAccount } from '../../common/account';
import type { DeployServices } from '../../common/deployServices';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';
import type { UploadService } from '../../common/upload/uploadService';

export interface TasksDeps {
  readonly uploads: UploadService;
  readonly tools: Lazy<TransferServices>;
  readonly log: Log;
  readonly deploys: Lazy<DeployServices>;
  readonly accounts: CurrentAccount;
  /** Of the workspace: which applications its tasks may deploy to. */
  readonly workspaceState: Pick<Memento, 'get' | 'update'>;
}
