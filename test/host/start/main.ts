import { readFile } from 'node:fs/promises';
import { Sandbox } from '../../sandbox';
import { temporaryFolder, untilInterrupted } from '../cleanup.mjs';
import { installHost } from '../install.mjs';
import { realJar, vsix } from '../locations.mjs';
import { Session } from '../ui/session';
import { mainJob } from './mainJob';

/** The name of the real JAR in the workspace. */
const jarName = 'closure-compiler.jar';
const applicationName = 'demo';

/**
 * Opens VS Code on a workspace with a real JAR, signs in, uploads and deploys it through the UI, and stops everything.
 *
 * @throws when a step failed
 */
export async function main(options: { once: boolean; desktop: boolean }): Promise<void> {
  const say = (line: string): void => console.log(line);
  await installHost(say);
  const store = await temporaryFolder('edas-store');
  const sandbox = await Sandbox.start({ folder: store.path });
  try {
    sandbox.deploy.add({ name: applicationName });
    sandbox.deploy.stageMs = 3000;
    sandbox.deploy.runInRealTime();
    say('Opening VS Code…');
    const session = await Session.start({
      vsix,
      desktop: options.desktop,
      settings: { 'edasPackages.endpoint': sandbox.edasEndpoint },
      files: { [jarName]: await readFile(realJar) },
    });
    try {
      await mainJob(session, sandbox, jarName, applicationName, say);
      if (!options.once) await stayOpen(session, sandbox, say);
    } finally {
      await session.stop();
    }
  } finally {
    await sandbox.stop();
    await store.remove();
  }
}

/** Waits for Ctrl-C, or until the window is closed. */
async function stayOpen(
  session: Session,
  sandbox: Sandbox,
  say: (line: string) => void,
): Promise<void> {
  const [key] = sandbox.keys;
  say('\nVS Code stays open for you until Ctrl-C:');
  say(
    session.url
      ? `  VS Code     ${session.url} (sign in there yourself: each browser keeps its own secrets)`
      : '  VS Code     the window that is open',
  );
  say(`  AccessKey   ${key?.id}  ${key?.secret}  region ${sandbox.region}`);
  say(`  workspace   ${session.workspace}`);
  say(`  EDAS        ${sandbox.edasEndpoint}`);
  say(`  OSS         ${sandbox.ossEndpoint}`);
  const closed = new Promise<void>((resolve) => session.page.once('close', () => resolve()));
  await Promise.race([untilInterrupted(), closed]);
}
