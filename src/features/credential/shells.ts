/** Shells with the same syntax for setting variables. */
export type ShellKind = 'cmd' | 'fish' | 'posix' | 'powershell';

/** The variable that holds the path of the credential's file in a new terminal. */
export const fileVariable = 'EDAS_CREDENTIAL_FILE';

/** By VS Code's name for it (`TerminalState.shell`), which is its program's name for most. */
const kinds: Readonly<Partial<Record<string, ShellKind>>> = {
  bash: 'posix',
  dash: 'posix',
  gitbash: 'posix',
  ksh: 'posix',
  sh: 'posix',
  zsh: 'posix',
  fish: 'fish',
  pwsh: 'powershell',
  powershell: 'powershell',
  cmd: 'cmd',
};

/** @param name as VS Code names it, or as its program is called */
export function shellKind(name: string): ShellKind | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(kinds, lower) ? kinds[lower] : undefined;
}

/** The name of a shell by the path of its program, on any system. */
export function shellName(program: string): string {
  // Windows' own bash is WSL: another system, which cannot read our file by its path.
  if (/\\(?:system32|sysnative|windowsapps)\\bash\.exe$/i.test(program)) {
    return 'wsl';
  }
  const base = program.split(/[\\/]/).at(-1) ?? '';
  return base.replace(/\.exe$/i, '').replace(/^-/, '');
}

/** The last lines of the file: it removes itself. */
const fileEnds: Readonly<Record<ShellKind, readonly string[]>> = {
  // `command`: an alias of rm might ask, or move the file to a bin.
  posix: [`command rm -f -- "$${fileVariable}"`, `unset ${fileVariable}`],
  fish: [`command rm -f -- $${fileVariable}`, `set -e ${fileVariable}`],
  powershell: [`Remove-Item -LiteralPath $env:${fileVariable}`, `Remove-Item Env:${fileVariable}`],
  // A line of the file is run as it is, without a look for variables; see `loadLine`.
  cmd: [],
};

/** A script that sets variables and then removes its own file. */
export function fileText(script: string, shell: ShellKind): string {
  return [script, ...fileEnds[shell].map((line) => `${line}\n`)].join('');
}

/** The line that reads the file. With a leading space, many shells do not save it in their history. */
const loadLines: Readonly<Record<ShellKind, string>> = {
  posix: ` . "$${fileVariable}"`,
  fish: ` source $${fileVariable}`,
  // Not as a script: Windows runs none until its policy is changed.
  powershell: ` Get-Content -Raw -Encoding UTF8 -LiteralPath $env:${fileVariable} | Invoke-Expression`,
  cmd: ` (for /f "usebackq delims=" %a in ("%${fileVariable}%") do @%a) & del "%${fileVariable}%" & set "${fileVariable}="`,
};

export function loadLine(shell: ShellKind): string {
  return loadLines[shell];
}
