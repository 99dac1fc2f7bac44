import { l10n } from 'vscode';
import type { RestartReason, UploadResult } from '../../core/transfer/types';

/** Why an interrupted transfer was sent from the beginning again; nothing when it was not. */
export function restartReason({
  restartReason: why,
}: Pick<UploadResult, 'restartReason'>): readonly string[] {
  return why === undefined ? [] : [errorMessageOf(why)];
}

function errorMessageOf(why: RestartReason): string {
  if (why === 'sourceChanged') {
    return l10n.t('The upload restarted because the file had changed.');
  }
  if (why === 'uploadGone') {
    return l10n.t('The upload restarted because OSS no longer had the uploaded parts.');
  }
  // Nothing that a person could do about it. The history may hold reasons of another version of the extension.
  return l10n.t('The upload restarted because the uploaded parts could not be reused.');
}
