import type { Log } from '../../core/util/log';
import type { QuietUploads, QuietUploadsDeps } from '../../common/quietUploads';

export interface ApiDeps extends QuietUploadsDeps {
  readonly uploads: QuietUploads;
  readonly log: Log;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
}
