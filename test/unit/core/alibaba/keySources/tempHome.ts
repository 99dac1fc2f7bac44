import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { KeyEnvironment } from '../../../../../src/core/alibaba/keySources/keySource';

/** A temporary home folder for one test. */
export interface TempHome extends KeyEnvironment {
  readonly cliFile: string;
  readonly credentialsFile: string;
  /** Writes a file, and creates its folders. */
  write(file: string, content: string | Uint8Array): Promise<void>;
  dispose(): Promise<void>;
}

export async function createTempHome(env: Record<string, string> = {}): Promise<TempHome> {
  const home = await mkdtemp(path.join(tmpdir(), 'keys-home-'));
  return {
    home,
    env,
    platform: process.platform,
    cliFile: path.join(home, '.aliyun', 'config.json'),
    credentialsFile: path.join(home, '.alibabacloud', 'credentials'),
    async write(file, content) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    },
    dispose: () => rm(home, { recursive: true, force: true }),
  };
}
