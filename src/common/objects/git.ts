import { extensions, type Event, type Uri } from 'vscode';
import type { GitHead, GitUnavailable } from '../../core/naming/template';

/** The part of the built-in Git extension's API that is used: microsoft/vscode, extensions/git/src/api/git.d.ts. */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}
interface GitApi {
  readonly state: 'initialized' | 'uninitialized';
  readonly onDidChangeState: Event<unknown>;
  getRepository(uri: Uri): GitRepository | null;
}
interface GitRepository {
  readonly state: {
    readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined;
  };
  status(): Promise<void>;
}

/** How long to wait for Git to find the repositories of a new window, ms. */
const maxWaitMs = 10_000;

/** Branch and commit of the repository that a file is in, as they are now. */
export async function gitHeadOf(file: Uri): Promise<GitHead | GitUnavailable> {
  const extension = extensions.getExtension<GitExtension>('vscode.git');
  // A broken Git extension counts as none.
  const git = await extension?.activate().then(
    (exports) => exports,
    () => undefined,
  );
  if (git?.enabled !== true) {
    return 'noGit';
  }
  const api = git.getAPI(1);
  await initialized(api);
  const repository = api.getRepository(file);
  if (repository === null) {
    return 'noRepository';
  }
  // A build may just have committed, which Git notices later. Git lets calls at the same time share a refresh.
  await repository.status();
  const { name: branch, commit } = repository.state.HEAD ?? {};
  return { branch, commit };
}

async function initialized(api: GitApi): Promise<void> {
  if (api.state === 'initialized') {
    return;
  }
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    };
    const timer = setTimeout(done, maxWaitMs);
    const listening = api.onDidChangeState(done);
  });
}
