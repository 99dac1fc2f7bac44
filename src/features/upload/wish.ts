import { Uri } from 'vscode';
import { lastPartOf } from './freeKey';
import { planFor, planToResume, type Plan, type Resumable } from './plan';

/** What a person wants to have uploaded. */
export interface Wish {
  /** File names. */
  readonly names: readonly string[];
  plan(keyPrefix: string): Promise<Plan>;
  /** The part of it that is about the files with these paths. */
  only(paths: ReadonlySet<string>): Wish;
}

/** Files, each to the key that the template gives. */
export function wishFor(files: readonly Uri[]): Wish {
  return {
    names: files.map(({ path }) => lastPartOf(path)),
    plan: (keyPrefix) => planFor(files, keyPrefix),
    only: (paths) => wishFor(files.filter(({ fsPath }) => paths.has(fsPath))),
  };
}

/** Transfers that were interrupted or have failed, each to the key that it had. */
export function wishToResume(transfers: readonly Resumable[]): Wish {
  return {
    names: transfers.map(({ name }) => name),
    plan: () => planToResume(transfers),
    only: (paths) =>
      wishToResume(transfers.filter(({ sourceUri }) => paths.has(Uri.parse(sourceUri).fsPath))),
  };
}
