import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Sandbox } from '../../sandbox';
import { root } from '../locations.mjs';
import { Edas } from '../ui/edas';
import type { Session } from '../ui/session';

/** The name of the view. */
const deployments = 'Deployments';

/**
 * Signs in, checks the countdown, uploads a file from the context menu, compares the stored bytes, and deploys it.
 *
 * @param application name of the application to deploy to
 * @param say receives a line for each step
 * @throws when a step fails
 */
export async function mainJob(
  session: Session,
  sandbox: Sandbox,
  fileName: string,
  application: string,
  say: (line: string) => void,
): Promise<void> {
  const { workbench } = session;
  const edas = new Edas(workbench);
  const screenshots: string[] = [];
  const takeScreenshot = async (name: string): Promise<void> => {
    screenshots.push(path.relative(root, await workbench.screenshot(`start-${name}`)));
  };
  const line = (what: string, text: string): void => say(`  ${what.padEnd(11)} ${text}`);

  await edas.show();
  await edas.welcomeButton.waitFor();
  await takeScreenshot('1-signed-out');
  const [key] = sandbox.keys;
  if (!key) throw new Error('The sandbox has no key.');
  await edas.signIn(key, sandbox.region);
  line('signed in', `${key.id}, region ${sandbox.region}`);

  const bucket = await edas.waitForFact('Bucket', /./);
  const prefix = await edas.waitForFact('Package prefix', /./);
  line('credential', `bucket ${bucket}, prefix ${prefix}`);
  const before = await edas.waitForFact('Expiry', /^expires in/);
  const after = await edas.waitForFact('Expiry', differsFrom(before));
  line('countdown', `${before} → ${after}; status bar: ${await edas.waitForStatus(/EDAS \d/)}`);
  await takeScreenshot('2-credential');

  await edas.upload(fileName);
  const objectKey = `${prefix}/${fileName}`;
  const toast = workbench.toast(/Uploaded/);
  await toast.waitFor();
  await takeScreenshot('3-uploaded');
  const shown = (await toast.innerText()).split('\n');
  const summary = shown.find((text) => text.startsWith('Uploaded ')) ?? shown.join(' ');
  line('uploaded', summary.replace(/^Uploaded /, ''));

  const stored = sandbox.objects.get(objectKey);
  if (!stored) throw new Error(`${objectKey} does not exist.`);
  const [sent, read] = await Promise.all([
    readFile(path.join(session.workspace, fileName)),
    sandbox.objects.read(objectKey),
  ]);
  if (!sent.equals(read)) throw new Error('The stored bytes differ from the file.');
  line('verified', `${read.length} stored bytes are equal to the file, CRC-64 ${stored.crc64}`);

  await workbench.pressInToast(/Uploaded/, 'Deploy…');
  await workbench.choose(/EDAS: Deploy/, application);
  await workbench.choose(/How the instances are updated/, 'At Once');
  await workbench.dialog.waitFor();
  await takeScreenshot('4-confirmation');
  await workbench.pressInDialog('Deploy');
  await workbench.pressInToast(/Deploying/, 'Show Deployments');
  // Application, batch, stage.
  const stages = workbench.page.locator('[aria-level="3"]');
  const printed = new Set<string>();
  const hasSucceeded = (state: string): boolean => state.startsWith('succeeded');
  await workbench.until(async () => {
    for (const row of await workbench.rows(deployments).and(stages).all()) {
      const label = await row.locator('.label-name').innerText();
      const state = await row.locator('.label-description').innerText();
      if (hasSucceeded(state) && !printed.has(label)) {
        printed.add(label);
        line('stage', `${label}: ${state}`);
      }
    }
    return hasSucceeded(await workbench.description(deployments, application));
  }, `the deployment to ${application} to succeed`);
  await takeScreenshot('5-deployed');
  line('deployed', `${application}: ${await workbench.description(deployments, application)}`);
  for (const file of screenshots) line('screenshot', file);
}

/** Matches a countdown with another value. */
function differsFrom(text: string): RegExp {
  return new RegExp(`^expires in (?!${text.replace(/^expires in /, '')}$)`);
}
