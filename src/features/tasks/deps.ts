import type { Log } from '../../core/log';
import type { QuietUploads } from '../../kit/quietUploads';

export interface TasksDeps {
  readonly uploads: QuietUploads;
  readonly log: Log;
}
