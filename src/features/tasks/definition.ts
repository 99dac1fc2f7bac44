import { l10n } from 'vscode';
import type { Release } from '../../core/deploy';
import { isProblem, readFields, type InputOf } from '../../core/util/inputFields';
import { deployFields, releaseOf } from '../../common/deployFields';
import { expectedText } from '../../common/messages/expectedText';

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
  /** Absent: what was uploaded is not deployed. */
  readonly deploy?: DeployOptions;
}

/** The `deploy` of a task. */
export interface DeployOptions extends Pick<
  InputOf<typeof deployFields>,
  'application' | 'group' | 'version'
> {
  readonly release: Release;
}

/** The part of a workspace folder that says which one it is. */
export interface NamedFolder {
  readonly name: string;
  readonly uri: { toString(): string };
}

/**
 * The `folder` of a detected task: what tells its workspace folder from the others of the window. VS Code knows a task
 * by its definition alone, so that equal ones of two folders would be one task, which runs in the last folder.
 *
 * @returns undefined in a window with one folder, where a definition needs none
 */
export function folderProperty(
  folder: NamedFolder,
  folders: readonly NamedFolder[],
): string | undefined {
  if (folders.length < 2) {
    return undefined;
  }
  const namesakes = folders.filter(({ name }) => name === folder.name);
  return namesakes.length === 1 ? folder.name : folder.uri.toString();
}

/** The folder that a definition's `folder` means. */
export function folderNamed<T extends NamedFolder>(
  property: unknown,
  folders: readonly T[],
): T | undefined {
  return (
    folders.find(({ uri }) => uri.toString() === property) ??
    folders.find(({ name }) => name === property)
  );
}

/** Reads a definition, or says what is wrong with it. */
export function readDefinition(
  definition: Readonly<Record<string, unknown>>,
): UploadTask | { readonly complaint: string } {
  const { file, pick = 'newest', key, overwrite = false } = definition;
  const wrong = (name: string, expected: string): { readonly complaint: string } => ({
    complaint: l10n.t(
      'The task property “{0}” must be {1}. Correct it in tasks.json.',
      name,
      expected,
    ),
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
  const task: UploadTask = {
    file: file.trim(),
    pick,
    ...(template && { key: template }),
    overwrite,
  };
  if (definition.deploy === undefined) {
    return task;
  }
  const deploy = readDeploy(definition.deploy);
  return 'expected' in deploy ? wrong(deploy.name, deploy.expected) : { ...task, deploy };
}

/** Reads `deploy`, or says which of its properties is wrong and what it must be. */
function readDeploy(
  value: unknown,
): DeployOptions | { readonly name: string; readonly expected: string } {
  const read = readFields(value, deployFields, { ignoresOthers: true });
  if (isProblem(read)) {
    const { wrong, expectation } = read;
    return expectation === undefined
      ? { name: 'deploy', expected: '{ "application": … }' }
      : { name: `deploy.${wrong}`, expected: expectedText(expectation) };
  }
  const { application, group, version } = read;
  return {
    application,
    ...(group !== undefined && { group }),
    ...(version !== undefined && { version }),
    release: releaseOf(read),
  };
}
