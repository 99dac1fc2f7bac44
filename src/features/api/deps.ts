import type { Log } from '../../core/util/log';
import type { UploadService, UploadServiceDeps } from '../../common/upload/uploadService';
import type { ApiConsent } from './consent';

export interface ApiDeps extends UploadServiceDeps {
  readonly uploads: UploadService;
  readonly log: Log;
  readonly consent: Pick<ApiConsent, 'require'>;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
}
