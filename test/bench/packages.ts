import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Sandbox } from '../sandbox';
import { outFolder, vsix } from '../host/locations.mjs';
import { Edas } from '../host/ui/edas';
import { Session } from '../host/ui/session';
import { cpuMsOf, extensionHostOf } from './process';

/** Rows after which a line of figures is printed: at each doubling. */
const firstLine = 1_000;

/**
 * Presses Load More until so many rows are shown. Prints the figures and writes them to out/bench/packages.json.
 * @param rows how many objects there are
 */
export async function measure(rows: number): Promise<void> {
  const sandbox = await Sandbox.start();
  for (let n = 0; n < rows; n++) {
    const name = `orders-service-${String(n).padStart(6, '0')}-SNAPSHOT.jar`;
    await sandbox.objects.put({
      ...{ key: `${sandbox.keyPrefix}/${name}`, size: 1024 * n, etag: `"${n}"` },
      ...{ lastModified: Date.now() - 60_000 * n, headers: {}, type: 'Normal', bodies: [] },
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
    await workbench.row('Packages', 'orders-service-000000').click();
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
    await note();
    while (shown < rows) {
      const before = shown;
      await workbench.page.keyboard.press('End');
      await workbench.row('Packages', 'Load More').waitFor();
      await workbench.page.keyboard.press('Enter');
      presses++;
      await workbench.until(async () => {
        await workbench.page.keyboard.press('End');
        const text = await workbench.rows('Packages').last().innerText();
        const [, count = ''] = /(\d+) shown/.exec(text) ?? [];
        shown = count === '' ? (text.includes(String(rows - 1)) ? rows : before) : Number(count);
        return shown > before;
      }, `more than ${before} rows`);
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

/** Memory of a process now and at its most, MB. Source: Linux, proc(5). */
async function memoryOf(pid: number): Promise<{ rssMb: number; peakMb: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  const mb = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
  return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}
