import { Uri } from 'vscode';
import { parseZipUri, zipName } from '../../core/packing/zipRequest';
import { lastPartOf } from './freeKey';
import { planFor, planForZip, planToResume, type Plan, type Resumable } from './plan';

/** What a person wants to have uploaded. */
export interface Wish {
  /** File names. */
  readonly names: readonly string[];
  /** Where it goes below the package prefix, as for `wishFor`; absent: the prefix itself, or where it was going. */
  readonly folder?: string;
  plan(keyPrefix: string): Promise<Plan>;
  /** The part of it that is about the files with these paths. */
  only(paths: ReadonlySet<string>): Wish;
}

/**
 * Files, each to the key that the template gives.
 *
 * @param folder below the package prefix, with a slash at its end; '' for the prefix itself
 */
export function wishFor(files: readonly Uri[], folder = ''): Wish {
  return {
    folder,
    names: files.map(({ path }) => lastPartOf(path)),
    plan: (keyPrefix) => planFor(files, below(keyPrefix, folder)),
    only: (paths) =>
      wishFor(
        files.filter(({ fsPath }) => paths.has(fsPath)),
        folder,
      ),
  };
}

/** A folder, or several things, as one ZIP. @param folder as for `wishFor` */
export function wishForZip(items: readonly Uri[], folder = ''): Wish {
  const wish: Wish = {
    names: items.length === 0 ? [] : [zipName(items.map(({ fsPath }) => fsPath))],
    plan: (keyPrefix) => planForZip(items, below(keyPrefix, folder)),
    only: () => wish,
  };
  return wish;
}

/** Transfers that were interrupted or have failed, each to the key that it had. */
export function wishToResume(transfers: readonly Resumable[]): Wish {
  return {
    names: transfers.map(({ name }) => name),
    plan: () => planToResume(transfers),
    only: (paths) =>
      wishToResume(transfers.filter(({ sourceUri }) => paths.has(pathOf(sourceUri)))),
  };
}

function below(keyPrefix: string, folder: string): string {
  return `${keyPrefix}/${folder}`.replace(/\/$/, '');
}

function pathOf(sourceUri: string): string {
  return parseZipUri(sourceUri) === undefined ? Uri.parse(sourceUri).fsPath : sourceUri;
}
