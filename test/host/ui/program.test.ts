import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { temporaryFolder } from '../cleanup.mjs';
import { runProgram } from '../program.mjs';

/** Like the command line tool of a desktop VS Code: on Windows it runs in a shell, from `C:\Program Files`. */
describe('A program whose path has a space', () => {
  for (const shell of [true, false]) {
    it(`gets its arguments unchanged, ${shell ? 'with' : 'without'} a shell`, async function () {
      const isWindows = process.platform === 'win32';
      if (isWindows && !shell) this.skip(); // a .cmd starts in a shell only
      const folder = await temporaryFolder('edas program');
      try {
        const bin = path.join(folder.path, 'Microsoft VS Code');
        await mkdir(bin);
        const program = path.join(bin, isWindows ? 'code.cmd' : 'code');
        await writeFile(
          program,
          isWindows ? '@echo %1\r\n@echo %2\r\n' : '#!/bin/sh\nprintf "%s\\n" "$@"\n',
        );
        await chmod(program, 0o755);
        const { stdout } = await runProgram(program, ['--dir=/a b/c', 'x.vsix'], { shell });
        const lines = stdout.split(/\r?\n/).map((line) => line.replaceAll('"', ''));
        assert.deepEqual(lines.filter(Boolean), ['--dir=/a b/c', 'x.vsix']);
      } finally {
        await folder.remove();
      }
    });
  }
});
