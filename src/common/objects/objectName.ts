import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { posix } from 'node:path';
import { workspace, type Uri } from 'vscode';
import {
  expandTemplate,
  siblingPath,
  usesGit,
  variablesOf,
  type Variables,
} from '../../core/naming/template';
import { gitHeadOf } from './git';
import { objectKeyTemplateSetting } from '../settings/settings';

export interface NamingOptions {
  /** Default: the setting for the file. */
  readonly template?: string;
  /** The same for all files of an upload. */
  readonly now?: Date;
  /** Name of a file that is created next to this one, for instance a ZIP; default: its own name. */
  readonly fileName?: string;
}

/**
 * The name under the package prefix that a file gets by the template.
 * @throws CodedError key.unknownVariable, key.noGit
 */
export async function objectNameOf(
  file: Uri,
  { template = objectKeyTemplateSetting(file), now = new Date(), fileName }: NamingOptions = {},
): Promise<string> {
  return expandTemplate(template, await variablesFor(file, usesGit(template), now, fileName));
}

/** The values of the variables for a file. Git is read only if needed, because it may have to be started. */
export async function variablesFor(
  file: Uri,
  withGit: boolean,
  now: Date,
  fileName = posix.basename(file.path),
): Promise<Variables> {
  const folder = workspace.getWorkspaceFolder(file);
  return variablesOf({
    fileName,
    relativePath: folder ? siblingPath(folder.uri.path, file.path, fileName) : fileName,
    workspaceFolderName: folder?.name ?? '',
    now,
    uuid: randomUUID(),
    user: userName(),
    ...(withGit && { git: await gitHeadOf(file) }),
  });
}

/** Empty for a user without a name, as in some containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
