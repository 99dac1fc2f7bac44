import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CancellationTokenSource,
  commands,
  ConfigurationTarget,
  extensions,
  tasks,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { EdasPackagesApi, UploadedObject, UploadFailure } from '../../../src/api';
import { Sandbox } from '../../sandbox';
import { agentToolsSignedIn, agentToolsSignedOut, type InvokeTool } from './support/agentTools';
import { signIn } from './support/signIn';
import { run, taskNamed } from './support/tasks';

interface Consumer {
  readonly api: EdasPackagesApi;
  readonly uploads: UploadedObject[];
  readonly invokeTool: InvokeTool;
}

/** The tasks.json of a Maven project, with a line of Node instead of the build. */
const tasksJson = {
  version: '2.0.0',
  tasks: [
    {
      label: 'build',
      type: 'process',
      command: 'node',
      args: ['build.cjs'],
      problemMatcher: [],
    },
    {
      label: 'deploy',
      type: 'edas-upload',
      file: '${workspaceFolder}/target/*.jar',
      key: 'nightly/${packageBasename}-by-${user}${packageExtname}',
      dependsOn: 'build',
      problemMatcher: [],
    },
    { label: 'overwrite', type: 'edas-upload', file: 'target/*.jar', overwrite: true },
    { label: 'careful', type: 'edas-upload', file: 'target/*.jar' },
    { label: 'no match', type: 'edas-upload', file: 'dist/*.jar' },
    { label: 'wrong', type: 'edas-upload', file: 'target/*.jar', pick: 'oldest' },
    { label: 'commit', type: 'edas-upload', file: 'target/*.jar', key: '${gitCommit}.jar' },
  ],
};
const buildScript = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  mkdirSync('target', { recursive: true });
  writeFileSync('target/shop-1.0.jar', 'built at ' + process.hrtime.bigint());
  writeFileSync('target/shop-1.0-sources.jar', 'sources');
`;

describe('The extension with a sandbox', () => {
  let sandbox: Sandbox;
  let folder: string;
  let consumer: Consumer;
  const write = async (name: string, content: string | Uint8Array): Promise<Uri> => {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return Uri.file(file);
  };
  const stored = async (name: string): Promise<string> =>
    (await sandbox.objects.read(`${sandbox.keyPrefix}/${name}`)).toString();
  /** Waits for the next upload of a file to arrive at the sandbox. */
  const uploadStarted = (name: string): Promise<unknown> => {
    sandbox.requestLog.clear();
    return sandbox.requestLog.when(
      ({ operation, key }) => operation === 'PutObject' && key === `${sandbox.keyPrefix}/${name}`,
    );
  };
  const agentFixture = () => ({ sandbox, write, invokeTool: consumer.invokeTool });
  const exists = (name: string): boolean => sandbox.objects.exists(`${sandbox.keyPrefix}/${name}`);

  before(async () => {
    sandbox = await Sandbox.start();
    const [first] = workspace.workspaceFolders ?? [];
    assert.ok(first, 'a workspace folder is open');
    folder = first.uri.fsPath;
    await write('build.cjs', buildScript);
    await write('.vscode/tasks.json', JSON.stringify(tasksJson));
    await workspace
      .getConfiguration('edasPackages')
      .update('endpoint', sandbox.edasEndpoint, ConfigurationTarget.Global);
    const found = extensions.getExtension<Consumer>('edas-tests.consumer');
    assert.ok(found, 'the consumer extension is installed');
    consumer = await found.activate();
  });
  after(async () => {
    await sandbox.stop();
    for (const name of ['build.cjs', '.vscode', 'target'])
      await rm(path.join(folder, name), { recursive: true, force: true });
  });
  beforeEach(() => {
    sandbox.faults.clear();
    consumer.uploads.length = 0;
  });

  describe('while signed out', () => {
    it('other extensions get the state signedOut, and cannot upload', async () => {
      const { api } = consumer;
      assert.deepEqual(api.credentialStatus, { state: 'signedOut' });
      await failure(api.upload(await write('a.jar', 'a')), 'account.signedOut', /[Ss]ign/);
    });

    it('a task fails without sending a request', async () => {
      await write('target/early.jar', 'early');
      assert.equal(await run(await taskNamed('target/*.jar', 'edas-upload')), 1);
      assert.deepEqual(sandbox.requestLog.entries, []);
    });

    agentToolsSignedOut(agentFixture);
  });

  describe('while signed in', () => {
    before(async function () {
      this.timeout(60_000);
      await signIn(sandbox, consumer.api);
      await rm(path.join(folder, 'target'), { recursive: true });
    });

    describe('tasks', () => {
      it('upload the result of the build task that they depend on', async () => {
        assert.equal(await run(await taskNamed('deploy')), 0);
        const [object, ...more] = consumer.uploads;
        assert.deepEqual(more, []);
        assert.match(object?.key ?? '', /\/nightly\/shop-1\.0-by-.+\.jar$/);
        assert.equal(
          (await sandbox.objects.read(object?.key ?? '')).toString().slice(0, 9),
          'built at ',
        );
      });

      it('are detected for the build results of Maven and Gradle', async () => {
        await write('web/build/libs/web.war', 'war');
        await write('web/build/libs/web-plain.war', 'plain');
        const names = (await tasks.fetchTasks({ type: 'edas-upload' }))
          .filter((task) => task.detail?.startsWith('Upload to the EDAS package prefix'))
          .map(({ name, detail }) => `${name} ← ${detail?.split(': ')[1]}`);
        assert.deepEqual(names.sort(), [
          'target/*.jar ← shop-1.0.jar',
          'web/build/libs/*.war ← web.war',
        ]);
        await rm(path.join(folder, 'web'), { recursive: true });
      });

      it('overwrite only where tasks.json says so', async () => {
        await write('target/shop-1.0.jar', 'first');
        assert.equal(await run(await taskNamed('careful')), 0);
        await write('target/shop-1.0.jar', 'second');
        assert.equal(await run(await taskNamed('careful')), 1);
        assert.equal(await stored('shop-1.0.jar'), 'first');
        assert.equal(await run(await taskNamed('overwrite')), 0);
        assert.equal(await stored('shop-1.0.jar'), 'second');
      });

      for (const [label, why] of [
        ['no match', 'no file matches'],
        ['wrong', 'the definition is invalid'],
        ['commit', 'Git is off'],
      ] as const) {
        it(`fail when ${why}`, async () => {
          const puts = sandbox.requestLog.count({ operation: 'PutObject' });
          assert.equal(await run(await taskNamed(label)), 1);
          assert.equal(sandbox.requestLog.count({ operation: 'PutObject' }), puts);
        });
      }

      it('use the commit in the object key when Git is enabled', async function () {
        const head = await commitAll(folder);
        if (head === undefined) this.skip(); // Git is not installed on this machine
        const git = workspace.getConfiguration('git');
        await git.update('enabled', true, ConfigurationTarget.Global);
        // VS Code activates Git after a while; until then the task fails as above.
        for (let tries = 0; (await run(await taskNamed('commit'))) !== 0 && tries < 20; tries += 1);
        await git.update('enabled', false, ConfigurationTarget.Global);
        await rm(path.join(folder, '.git'), { recursive: true });
        assert.equal(consumer.uploads.at(-1)?.key, `${sandbox.keyPrefix}/${head.slice(0, 8)}.jar`);
      });

      it('stop uploading when they are terminated', async () => {
        await write('target/slow.jar', randomBytes(3_000_000));
        sandbox.faults.add(
          { operation: 'PutObject', key: /slow/ },
          { kind: 'slow', bytesPerSecond: 20_000 },
        );
        const started = uploadStarted('slow.jar');
        await run(await taskNamed('careful'), async (execution) => {
          await started;
          execution.terminate();
        });
        await sandbox.requestLog.when(
          ({ key, ended }) => ended && key?.endsWith('/slow.jar') === true,
        );
        assert.equal(exists('slow.jar'), false);
        await rm(path.join(folder, 'target/slow.jar'));
      });
    });

    agentToolsSignedIn(agentFixture);

    describe('a ZIP', () => {
      const configuration = () => workspace.getConfiguration('edasPackages');
      after(() =>
        configuration().update('objectKeyTemplate', undefined, ConfigurationTarget.Workspace),
      );

      it('of the workspace folder itself is named after that folder', async () => {
        const template = '${workspaceFolderName}/${relativePath}';
        await configuration().update('objectKeyTemplate', template, ConfigurationTarget.Workspace);
        await write('a.txt', 'a');
        const [root] = workspace.workspaceFolders ?? [];
        await commands.executeCommand('edasPackages.uploadAsZip', root?.uri);
        const name = `${path.basename(folder)}.zip`;
        assert.ok(exists(`${root?.name}/${name}`));
      });
    });

    describe('other extensions', () => {
      const allow = (setting: string | undefined) =>
        workspace
          .getConfiguration('edasPackages')
          .update('api', setting, ConfigurationTarget.Global);
      beforeEach(() => allow('allow'));
      after(() => allow(undefined));

      it('upload nothing before the user has allowed it', async () => {
        // Nobody is there to confirm: in this window every modal dialog is dismissed.
        const file = await write('unasked.jar', 'unasked');
        await allow(undefined);
        await assert.rejects(consumer.api.upload(file));
        await assert.rejects(consumer.api.upload(file, { overwrite: true }));
        await allow('deny');
        await failure(consumer.api.upload(file), 'api.denied', /edasPackages\.api/);
        assert.equal(exists('unasked.jar'), false);
        assert.equal(
          sandbox.requestLog.count({
            operation: 'PutObject',
            key: `${sandbox.keyPrefix}/unasked.jar`,
          }),
          0,
        );
      });

      it('cannot make commands upload files outside the workspace without a prompt', async () => {
        const outside = await mkdtemp(path.join(os.tmpdir(), 'edas-outside-'));
        try {
          const file = path.join(outside, 'private.txt');
          await writeFile(file, 'private');
          for (const [command, target] of [
            ['edasPackages.uploadFiles', file],
            ['edasPackages.uploadAsZip', outside],
          ] as const) {
            await commands.executeCommand(command, Uri.file(target));
            await commands.executeCommand(command, Uri.file(target), [Uri.file(target)]);
          }
          assert.equal(exists('private.txt'), false);
          assert.equal(exists(`${path.basename(outside)}.zip`), false);
        } finally {
          await rm(outside, { recursive: true });
        }
      });

      it('get no terminal with the credential without a prompt, and no secret from any terminal', async () => {
        const secrets: string[] = [];
        sandbox.settings.edasResponse = (body) => {
          const { AccessKeySecret, SecurityToken } = body.Credential as Record<string, string>;
          secrets.push(AccessKeySecret!, SecurityToken!);
          return body;
        };
        await commands.executeCommand('edasPackages.fetchCredential');
        assert.equal(secrets.length, 2);
        await commands.executeCommand('edasPackages.openTerminal');
        const seen = JSON.stringify(
          window.terminals.map(({ name, creationOptions }) => ({ name, creationOptions })),
        );
        for (const secret of secrets) assert.ok(!seen.includes(secret), seen);
        assert.doesNotMatch(seen, /OSS_|SECRET|TOKEN/);
      });

      it('get the bucket, prefix and expiry of the credential, and no secret', () => {
        const { credentialStatus } = consumer.api;
        assert.deepEqual(Object.keys(credentialStatus).sort(), [
          'bucket',
          'expiresAt',
          'keyPrefix',
          'regionId',
          'state',
        ]);
        assert.equal(credentialStatus.keyPrefix, sandbox.keyPrefix);
        assert.ok((credentialStatus.expiresAt ?? 0) > Date.now());
        assert.deepEqual(Object.keys(consumer.api).sort(), [
          'credentialStatus',
          'onDidUpload',
          'upload',
          'version',
        ]);
      });

      it('can upload with progress, and receive the upload event', async () => {
        const file = await write('a b.jar', 'another extension’s package');
        const seen: number[] = [];
        const object = await consumer.api.upload(file, {
          key: 'consumer/${fileName}',
          onProgress: ({ sentBytes }) => seen.push(sentBytes),
        });
        assert.deepEqual(consumer.uploads, [object]);
        assert.equal(object.key, `${sandbox.keyPrefix}/consumer/a b.jar`);
        assert.equal(
          object.url,
          `${sandbox.ossEndpoint}/${sandbox.bucket}/${sandbox.keyPrefix}/consumer/a%20b.jar`,
        );
        assert.equal(object.verified, true);
        assert.equal(seen.at(-1), object.size);
        assert.equal(await stored('consumer/a b.jar'), 'another extension’s package');
      });

      it('overwrite nothing without the option overwrite', async () => {
        const file = await write('a b.jar', 'another');
        const options = { key: 'consumer/${fileName}' };
        await failure(consumer.api.upload(file, options), 'oss.objectExists', /already exists/);
        await consumer.api.upload(file, { ...options, overwrite: true });
        assert.equal(await stored('consumer/a b.jar'), 'another');
      });

      it('cannot leave the package prefix, upload missing files or pass invalid arguments', async () => {
        const file = await write('a b.jar', 'another');
        await failure(consumer.api.upload(file, { key: '../x' }), 'key.outsidePrefix', /prefix/);
        await failure(consumer.api.upload(Uri.file('/none.jar')), 'source.notFound', /none\.jar/);
        await failure(consumer.api.upload(Uri.parse('untitled:a')), 'source.notOnDisk', /disk/);
        const { api } = consumer;
        await assert.rejects(api.upload('/a.jar' as unknown as Uri), TypeError);
        await assert.rejects(
          api.upload(file, { overwrite: 'no' as unknown as boolean }),
          TypeError,
        );
      });

      it('can cancel an upload', async () => {
        const file = await write('slow.jar', randomBytes(3_000_000));
        sandbox.faults.add(
          { operation: 'PutObject', key: /slow/ },
          { kind: 'slow', bytesPerSecond: 20_000 },
        );
        const source = new CancellationTokenSource();
        const started = uploadStarted('slow.jar');
        const upload = consumer.api.upload(file, { token: source.token });
        await started;
        source.cancel();
        await assert.rejects(upload, { name: 'Canceled' });
        assert.equal(exists('slow.jar'), false);
      });
    });
  });
});

/** Checks that an upload rejects as the API documents it. */
async function failure(upload: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  await assert.rejects(upload, (error: UploadFailure) => {
    assert.deepEqual([error.name, error.code], ['UploadFailure', code]);
    assert.match(error.message, message);
    return true;
  });
}

/** Creates a Git repository with one commit. @returns its hash; undefined if Git is not installed */
async function commitAll(folder: string): Promise<string | undefined> {
  const git = (...args: readonly string[]): Promise<{ readonly stdout: string }> =>
    promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
    });
  try {
    await git('init', '--quiet');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  await git('add', 'build.cjs');
  await git('commit', '--quiet', '-m', 'first');
  return (await git('rev-parse', 'HEAD')).stdout.trim();
}
