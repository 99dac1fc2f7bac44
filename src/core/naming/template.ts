import { posix } from 'node:path';
import { CodedError } from '../errors/catalogue';

/** The state of a file's Git repository; a part is absent when there is none, such as the branch of a detached HEAD. */
export interface GitHead {
  readonly branch?: string;
  /** Full hash. */
  readonly commit?: string;
}

/** Why there is no state: Git is not installed or disabled, or the file is in no repository. */
export type GitUnavailable = 'noGit' | 'noRepository';

/** The values that the variables are derived from. */
export interface TemplateContext {
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

/** One more than in Git's own short form. */
const commitDigits = 8;

/** The variables of `edasPackages.objectKeyTemplate`, by name. */
export function variablesOf(context: TemplateContext): Variables {
  const { fileName, relativePath, workspaceFolderName, now, uuid, user, git } = context;
  // Like Node's path.parse: a leading dot starts no extension.
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
 * The path, relative to a folder and with forward slashes, of a file with this name next to another file of the folder.
 * Only the name when the other file is the folder itself.
 */
export function siblingPath(folder: string, file: string, fileName: string): string {
  return posix.join('/', posix.relative(folder, file), '..', fileName).slice(1);
}

/** True when a template has a variable of Git. */
export function usesGit(template: string): boolean {
  return /\$\{git(?:Branch|Commit)\}/.test(template);
}

/**
 * Fills in a template.
 * @returns the object's name under the package prefix, not yet checked
 * @throws CodedError key.unknownVariable; key.noGit when a variable of Git has no value, `detail` says why
 */
export function expandTemplate(template: string, variables: Variables): string {
  // An unclosed `${` matches the rest of the template; else many of them would take quadratic time.
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
