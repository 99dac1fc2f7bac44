import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { scriptOf } from '../../../../src/features/credential/environment';
import {
  fileText,
  fileVariable,
  loadLine,
  shellKind,
  shellName,
} from '../../../../src/features/credential/shells';
import { isMissing } from '../../support/installed';

describe('Shell of a terminal', () => {
  for (const [program, expected] of [
    ['/bin/bash', 'posix'],
    ['/usr/bin/zsh', 'posix'],
    ['/bin/dash', 'posix'],
    ['-sh', 'posix'],
    ['/opt/homebrew/bin/fish', 'fish'],
    ['/usr/bin/pwsh', 'powershell'],
    ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'powershell'],
    ['C:\\Program Files\\PowerShell\\7\\PWSH.EXE', 'powershell'],
    ['C:\\Windows\\System32\\cmd.exe', 'cmd'],
    ['C:\\Program Files\\Git\\bin\\bash.exe', 'posix'],
    // WSL is another system, which does not find the credential file.
    ['C:\\Windows\\System32\\bash.exe', undefined],
    ['C:\\Windows\\System32\\wsl.exe', undefined],
    ['/usr/bin/nu', undefined],
    ['/bin/csh', undefined],
    ['/opt/constructor', undefined],
    ['', undefined],
  ] as const) {
    it(`is ${expected ?? 'unknown'} for ${program || 'an empty path'}`, () =>
      assert.equal(shellKind(shellName(program)), expected));
  }

  it('is known for every shell type that VS Code reports', () => {
    const names = ['bash', 'cmd', 'fish', 'gitbash', 'ksh', 'pwsh', 'sh', 'zsh'];
    assert.deepEqual(
      names.filter((name) => shellKind(name) === undefined),
      [],
    );
  });
});

describe('Command line that loads the credential file', () => {
  const kinds = ['cmd', 'fish', 'posix', 'powershell'] as const;

  for (const kind of kinds) {
    it(`for ${kind} begins with a space and contains no path and no value`, () => {
      assert.match(loadLine(kind), /^ [^\r\n]+$/);
      assert.ok(loadLine(kind).includes(fileVariable));
    });
  }

  const special = { A: `a'b $HOME "c" \\ \\\\ \`d\` %e% !x (f) ’g’ $(false)`, B: '-x y', C: 'é' };
  for (const [shell, kind] of [
    ['bash', 'posix'],
    ['dash', 'posix'],
    ['sh', 'posix'],
    ['zsh', 'posix'],
    ['fish', 'fish'],
    ['pwsh', 'powershell'],
  ] as const) {
    it(`exports the variables in ${shell} and removes the file, even if rm is redefined`, function () {
      // On Windows, `bash` may be that of WSL.
      if (process.platform === 'win32' && kind !== 'powershell') this.skip();
      const folder = mkdtempSync(path.join(os.tmpdir(), `edas o'b $x & (y) ${shell}-`));
      try {
        const file = path.join(folder, 'credential');
        writeFileSync(file, fileText(scriptOf(special, kind), kind));
        const print = `node -e "console.log(JSON.stringify([process.env.A, process.env.B, process.env.C, process.env.${fileVariable}]))"`;
        const redefinition = kind === 'posix' ? ['rm() { false; }'] : [];
        const script = path.join(folder, 'script.ps1');
        writeFileSync(script, [...redefinition, loadLine(kind), print, ''].join('\n'));
        const args = kind === 'powershell' ? ['-NoProfile', '-File'] : [];
        const { stdout, stderr, error } = spawnSync(shell, [...args, script], {
          encoding: 'utf8',
          env: { ...process.env, [fileVariable]: file },
        });
        if (isMissing(error)) this.skip(); // that shell is not installed
        assert.ifError(error);
        assert.deepEqual(
          [JSON.parse(stdout) as unknown, stderr],
          [[special.A, special.B, special.C, null], ''],
        );
        assert.ok(!existsSync(file));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
