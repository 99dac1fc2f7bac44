import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The parts of an HTTP response. */
export interface Message {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** A response with the format of a recorded one. */
export interface Seed extends Message {
  /** `<operation>.<result>`, for instance `oss.listParts.twoPages`. */
  readonly name: string;
}

const folder = path.join('test', 'fuzz', 'seeds');

/** All seeds, sorted by name: files `<name>.http` with a status line, headers, an empty line and the body. */
export async function readSeeds(): Promise<readonly Seed[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.http')).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: path.basename(file, '.http'),
      ...parse(await readFile(path.join(folder, file), 'utf8')),
    })),
  );
}

function parse(text: string): Message {
  const end = text.indexOf('\n\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
    // Editors end a file with a line feed, servers do not.
    body: Buffer.from(text.slice(end + 2).replace(/\n$/, '')),
  };
}
