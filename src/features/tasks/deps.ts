import type { Log } from '../../core/util/log';
import type { QuietUploads } from '../../common/quietUploads';

export interface TasksDeps {
  readonly uploads: QuietUploads;
  readonly log: Log;
}
