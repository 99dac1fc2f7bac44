import { posix } from 'node:path';
import { CodedError } from '../errors/catalogue';

/** What Git says of a file; a part is absent when there is none, as the branch of a detached HEAD. */
export interface GitHead {
  readonly branch?: string;
  /** Full hash. */
  readonly commit?: string;
}

/** Why Git says nothing: it is not there or switched off, or the file is in no repository. */
export type GitUnavailable = 'noGit' | 'noRepository';

/** What the variables are made from. */
export interface TemplateContext {
  /** Name of the file, the last part of its path. */
  readonly fileName: string;
  /** Path inside its workspace folder with forward slashes; the file's name when it is in none. */
  readonly relativePath: string;
  /** Empty when the file is in no workspace folder. */
  readonly workspaceFolderName: string;
  readonly now: Date;
  readonly uuid: string;
  readonly user: string;
  /** Needed only for a template that `usesGit`. */
  readonly git?: GitHead | GitUnavailable;
}

/** The value of each variable, or why it has none. */
export type Variables = Readonly<Record<string, string | CodedError>>;

/** As Git's own short form, with one digit to spare. */
const commitDigits = 8;

/** The variables of `edasPackages.objectKeyTemplate`, by name. */
export function variablesOf(circumstances: TemplateContext): Variables {
  const { fileName, relativePath, workspaceFolderName, now, uuid, user, git } = circumstances;
  // As Node's path.parse: a dot at the beginning begins no extension.
  const dot = fileName.lastIndexOf('.');
  const baseEnd = dot > 0 ? dot : fileName.length;
  const [base, extension] = [fileName.slice(0, baseEnd), fileName.slice(baseEnd)];
  return {
    fileName,
    fileBasenameNoExtension: base,
    fileExtname: extension,
    // In tasks.json the two above are VS Code's own, of the active editor's file. These are the same for us.
    packageBasename: base,
    packageExtname: extension,
    relativePath,
    workspaceFolderName,
    date: [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-'),
    time: [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join(''),
    uuid,
    user,
    gitBranch: gitValue('gitBranch', git, ({ branch }) => branch),
    gitCommit: gitValue('gitCommit', git, ({ commit }) => commit?.slice(0, commitDigits)),
  };
}

/**
 * Path inside a folder, with forward slashes, of what has this name and lies beside a file of the folder. Beside the
 * folder itself nothing is inside it, so there it is the name alone.
 */
export function siblingPath(folder: string, file: string, fileName: string): string {
  return posix.join('/', posix.relative(folder, file), '..', fileName).slice(1);
}

/** True when Git must be asked to fill it in. */
export function usesGit(template: string): boolean {
  return /\$\{git(?:Branch|Commit)\}/.test(template);
}

/**
 * Fills in a template.
 * @returns the object's name under the package prefix, not yet checked
 * @throws CodedError key.unknownVariable; key.noGit when a variable of Git has no value, `detail` says why
 */
export function expandTemplate(template: string, variables: Variables): string {
  // An unclosed `${` takes the rest of the template, so that a row of them is not searched again from each.
  return template.replace(/\$\{([^}]*)(\}?)/g, (whole, name: string, end: string) => {
    if (end === '') {
      return whole;
    }
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) {
      throw new CodedError('key.unknownVariable', { subject: whole });
    }
    if (value instanceof CodedError) {
      throw value;
    }
    return value;
  });
}

function gitValue(
  name: string,
  git: GitHead | GitUnavailable | undefined,
  part: (head: GitHead) => string | undefined,
): string | CodedError {
  const subject = `\${${name}}`;
  if (typeof git !== 'object') {
    return new CodedError('key.noGit', { subject, detail: git ?? 'noGit' });
  }
  return part(git) ?? new CodedError('key.noGit', { subject, detail: name });
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
