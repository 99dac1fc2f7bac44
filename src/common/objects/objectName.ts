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
  /** Default: the setting's that holds for the file. */
  readonly template?: string;
  /** Equal for all files of one upload. */
  readonly now?: Date;
  /** Of what is made of the file and named as if it lay beside it; default: the file's own. */
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

/** The variables' values for a file. Git is asked only on demand: it may have to be woken first. */
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

/** A container may run under a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
