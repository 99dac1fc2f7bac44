import type { Log } from '../../core/log';
import type { QuietUploads, QuietUploadsDeps } from '../../kit/quietUploads';

export interface ApiDeps extends QuietUploadsDeps {
  readonly uploads: QuietUploads;
  readonly log: Log;
  /** Signs in when nobody is; false when the person left. */
  readonly ensureSignedIn: () => Promise<boolean>;
}
