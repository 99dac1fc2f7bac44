import type { L10n } from '../../common/vscode/l10n';

export const taskType = 'edas-upload';

/** A task of type `edas-upload`, as tasks.json has it. */
export interface UploadTask {
  /** Pattern, relative to the workspace folder. */
  readonly file: string;
  /** Of the files that match. */
  readonly pick: 'all' | 'newest';
  /** Object key template; absent: the setting's. */
  readonly key?: string;
  readonly overwrite: boolean;
}

/** Reads a definition, or says what is wrong with it. */
export function readDefinition(
  definition: Readonly<Record<string, unknown>>,
  l10n: L10n,
): UploadTask | { readonly complaint: string } {
  const { file, pick = 'newest', key, overwrite = false } = definition;
  const wrong = (name: string, expected: string): { readonly complaint: string } => ({
    complaint: l10n.t('“{0}” of the task must be {1}. Correct it in tasks.json.', name, expected),
  });
  if (typeof file !== 'string' || file.trim() === '') {
    return wrong('file', l10n.t('a file or a pattern such as {0}', 'target/*.jar'));
  }
  if (pick !== 'newest' && pick !== 'all') {
    return wrong('pick', '"newest", "all"');
  }
  if (key !== undefined && typeof key !== 'string') {
    return wrong('key', l10n.t('an object key template such as {0}', '${fileName}'));
  }
  if (typeof overwrite !== 'boolean') {
    return wrong('overwrite', 'true, false');
  }
  const template = key?.trim();
  return { file: file.trim(), pick, ...(template && { key: template }), overwrite };
}
