import { CodedError } from '../../core/errors';

/** The variables of `edasPackages.objectKeyTemplate`, by name. */
export type Variables = Readonly<Record<string, string>>;

/** What the variables are made from. */
export interface Circumstances {
  /** Name of the file, the last part of its path. */
  readonly fileName: string;
  /** Path inside its workspace folder with forward slashes; the file's name when it is in none. */
  readonly relativePath: string;
  /** Empty when the file is in no workspace folder. */
  readonly workspaceFolderName: string;
  readonly now: Date;
  readonly uuid: string;
  readonly user: string;
}

export function variablesOf(circumstances: Circumstances): Variables {
  const { fileName, relativePath, workspaceFolderName, now, uuid, user } = circumstances;
  // As Node's path.parse: a dot at the beginning begins no extension.
  const dot = fileName.lastIndexOf('.');
  const baseEnd = dot > 0 ? dot : fileName.length;
  return {
    fileName,
    fileBasenameNoExtension: fileName.slice(0, baseEnd),
    fileExtname: fileName.slice(baseEnd),
    relativePath,
    workspaceFolderName,
    date: [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-'),
    time: [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join(''),
    uuid,
    user,
  };
}

/**
 * Fills in a template.
 * @returns the object's name under the package prefix, not yet checked
 * @throws CodedError key.unknownVariable
 */
export function expandTemplate(template: string, variables: Variables): string {
  return template.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) {
      throw new CodedError('key.unknownVariable', { subject: whole });
    }
    return value;
  });
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
