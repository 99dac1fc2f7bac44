import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ZipFile } from 'yazl';
import { fromBufferPromise, type Entry } from 'yauzl';
import { npm } from '../npm.mjs';

/** Two builds of one package. */
export interface Builds {
  readonly name: string;
  readonly old: string;
  readonly next: string;
}

const compiler = 'google-closure-compiler-java';
const [oldCompiler, newCompiler] = [`${compiler}@20261011.0.0`, `${compiler}@20261015.0.0`];
/** The npm packages with the libraries of the Spring Boot layout. */
const libraries = [newCompiler, 'npm-groovy-lint@18.0.0', 'selenium-server@3.141.59'];
const classCount = 600;
const changedClasses = 3;
const libraryTime = new Date(2025, 0, 1);

/** Builds the packages from JARs in npm packages, which are cached. */
export async function makeBuilds(cache: string, folder: string): Promise<readonly Builds[]> {
  const [olds, news] = [await jarsOf(oldCompiler, cache), await jarsOf(newCompiler, cache)];
  const [old, next] = [olds[0]!, news[0]!];
  const jars = (await Promise.all(libraries.map((each) => jarsOf(each, cache)))).flat();
  const noise = path.join(folder, 'noise.jar');
  await writeFile(noise, randomBytes(16 * 1024 * 1024));
  return [
    { name: 'delta: Spring Boot layout', ...(await springBoot(old, jars, folder)) },
    { name: 'delta: closure compiler', old, next },
    { name: 'delta: nothing in common', old, next: noise },
  ];
}

/** The JARs of an npm package. */
async function jarsOf(spec: string, cache: string): Promise<readonly string[]> {
  const folder = path.join(cache, spec);
  const find = async (): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true }))
      .filter((name) => name.endsWith('.jar'))
      .toSorted()
      .map((name) => path.join(folder, name));
  const found = await find().catch(() => []);
  if (found.length > 0) {
    return found;
  }
  const unpacked = `${folder}.${process.pid}`;
  await mkdir(unpacked, { recursive: true });
  await npm(['pack', '--ignore-scripts', '--pack-destination', unpacked, spec], { cwd: cache });
  const [archive = ''] = await readdir(unpacked);
  await promisify(execFile)('tar', ['-xzf', archive], { cwd: unpacked });
  await rm(folder, { recursive: true, force: true });
  await rename(unpacked, folder);
  return find();
}

/**
 * 600 compressed classes, and the uncompressed libraries. In the second build three classes are changed, and all classes have
 * new timestamps; libraries keep those of their files, as with Spring Boot's plugin.
 */
async function springBoot(
  classesFrom: string,
  jars: readonly string[],
  folder: string,
): Promise<{ readonly old: string; readonly next: string }> {
  const classes = await classesOf(classesFrom);
  const changed = new Set(
    Array.from({ length: changedClasses }, (_, n) =>
      Math.floor(((n + 0.5) * classes.length) / changedClasses),
    ),
  );
  const [old, next] = [path.join(folder, 'app-old.jar'), path.join(folder, 'app-new.jar')];
  await writeJar(old, classes, jars, new Date(2026, 9, 1, 12));
  await writeJar(
    next,
    classes.map((bytes, n) => (changed.has(n) ? Buffer.concat([bytes, randomBytes(40)]) : bytes)),
    jars,
    new Date(2026, 9, 2, 9),
  );
  return { old, next };
}

async function classesOf(jar: string): Promise<readonly Buffer[]> {
  const zip = await fromBufferPromise(await readFile(jar));
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('.class')) {
      entries.push(entry);
    }
  }
  // Evenly distributed over all entries, small and large ones.
  const chosen = Array.from(
    { length: classCount },
    (_, n) => entries[Math.floor((n * entries.length) / classCount)]!,
  );
  const classes: Buffer[] = [];
  for (const entry of chosen) {
    const stream = await zip.openReadStreamPromise(entry);
    classes.push(Buffer.concat((await stream.toArray()) as Buffer[]));
  }
  return classes;
}

async function writeJar(
  file: string,
  classes: readonly Buffer[],
  jars: readonly string[],
  mtime: Date,
): Promise<void> {
  const zip = new ZipFile();
  classes.forEach((bytes, n) =>
    zip.addBuffer(bytes, `BOOT-INF/classes/app/C${n}.class`, { mtime }),
  );
  for (const jar of jars) {
    const name = `BOOT-INF/lib/${path.basename(jar)}`;
    zip.addBuffer(await readFile(jar), name, { mtime: libraryTime, compress: false });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}
