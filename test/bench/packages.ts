import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Sandbox } from '../sandbox';
import { outFolder, vsix } from '../host/locations.mjs';
import { Edas } from '../host/ui/edas';
import { Session } from '../host/ui/session';
import { cpuMsOf, extensionHostOf } from './process';

/** The number of rows at which the first results are printed, then at each doubling. */
const firstLine = 1_000;

/**
 * Presses Load More until all rows are shown. Prints the results and writes them to out/bench/packages.json.
 * @param rows the number of objects
 */
export async function measure(rows: number): Promise<void> {
  const sandbox = await Sandbox.start();
  for (let n = 0; n < rows; n++) {
    await sandbox.objects.put({
      key: `${sandbox.keyPrefix}/${nameOf(n)}`,
      size: 1024 * n,
      etag: `"${n}"`,
      lastModified: Date.now() - 60_000 * n,
      headers: {},
      type: 'Normal',
      bodies: [],
    });
  }
  const session = await Session.start({
    vsix,
    settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
    files: { 'app.jar': 'app' },
  });
  try {
    const { workbench } = session;
    const edas = new Edas(workbench);
    await edas.signIn(sandbox.keys[0]!);
    await workbench.clearToasts();
    await workbench.row('Packages', nameOf(0)).click();
    const pid = await extensionHostOf(session.data);
    const figures: Record<string, number>[] = [];
    let [shown, presses, nextLine, cpuMs] = [200, 0, firstLine, await cpuMsOf(pid)];
    const note = async (): Promise<void> => {
      const cpuNow = await cpuMsOf(pid);
      const { rssMb, peakMb } = await memoryOf(pid);
      const cpuPerPressMs = Math.round((cpuNow - cpuMs) / Math.max(1, presses));
      figures.push({ shown, presses, rssMb, peakMb, cpuPerPressMs });
      console.log(JSON.stringify(figures.at(-1)));
      [presses, cpuMs] = [0, cpuNow];
    };
    /** Goes to the last row, until it is the expected one. */
    const toEnd = (text: RegExp | string): Promise<void> =>
      workbench.until(
        async () => {
          await workbench.page.keyboard.press('End');
          return workbench.rows('Packages').filter({ hasText: text }).first().isVisible();
        },
        `the row ${String(text)}`,
      );
    await note();
    while (shown < rows) {
      await toEnd(/^Load More/);
      await workbench.page.keyboard.press('Enter');
      presses++;
      const next = Math.min(shown + 200, rows);
      await toEnd(next === rows ? nameOf(rows - 1) : new RegExp(`^Load More\\s*${next} shown`));
      shown = next;
      if (shown >= nextLine || shown === rows) {
        await note();
        nextLine *= 2;
      }
    }
    await workbench.screenshot('bench-packages');
    const file = path.join(outFolder, 'bench', 'packages.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(figures, undefined, 2)}\n`);
  } finally {
    await session.stop();
    await sandbox.stop();
  }
}

function nameOf(n: number): string {
  return `orders-service-${String(n).padStart(6, '0')}-SNAPSHOT.jar`;
}

/** Current and peak memory of a process, MB. Source: Linux, proc(5). */
async function memoryOf(pid: number): Promise<{ rssMb: number; peakMb: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  const mb = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
  return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}
