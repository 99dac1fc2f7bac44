import path from 'node:path';
import { selectArtifacts, type FoundFile } from './artifacts';
import type { UploadTask } from './definition';
import { literalGlob } from './findFiles';

/** Where Maven and Gradle put what they build. */
export const artifactPattern = '**/{target,build/libs}/*.{jar,war}';

/** A task that can be run as it is, or be put into tasks.json. */
export interface DetectedTask {
  readonly name: string;
  readonly task: Pick<UploadTask, 'file' | 'pick'>;
  /** The files that it would upload now, by their names. */
  readonly fileNames: readonly string[];
}

/**
 * One task for each kind of package in each folder, by a pattern, so that it still holds after the next version. Where
 * several packages are meant, one more that takes them all.
 * @param found absolute paths
 */
export function detectedTasksFor(
  folder: string,
  found: readonly FoundFile[],
): readonly DetectedTask[] {
  const groups = new Map<string, FoundFile[]>();
  for (const file of found) {
    const relative = path.relative(folder, file.path);
    const folders = path.dirname(relative).split(path.sep).map(literalGlob);
    const pattern = [...folders, `*${path.extname(relative)}`].join('/');
    groups.set(pattern, [...(groups.get(pattern) ?? []), file]);
  }
  return [...groups].sort().flatMap(([pattern, files]) => {
    const names = (pick: 'all' | 'newest'): readonly string[] =>
      selectArtifacts(files, pick).map((file) => path.basename(file.path));
    const all = names('all');
    const newest: DetectedTask = {
      name: pattern,
      task: { file: pattern, pick: 'newest' },
      fileNames: names('newest'),
    };
    return all.length < 2
      ? [newest]
      : [
          newest,
          // Not translated: tasks.json and keybindings name a task by it, whatever language VS Code is shown in.
          { name: `${pattern} (all)`, task: { file: pattern, pick: 'all' }, fileNames: all },
        ];
  });
}
