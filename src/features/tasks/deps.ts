import type { Log } from '../../core/util/log';
import type { Lazy } from '../../common/vscode/lazy';
import type { TransferServices } from '../../common/transferServices';
import type { UploadService } from '../../common/upload/uploadService';

export interface TasksDeps {
  readonly uploads: UploadService;
  readonly tools: Lazy<TransferServices>;
  readonly log: Log;
}
