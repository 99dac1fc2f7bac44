// Lets esbuild import a .wat file: WebAssembly's text, which people can read, becomes the bytes that V8 compiles.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** @type {import('esbuild').Plugin} */
export const webAssemblyText = {
  name: 'WebAssembly text',
  setup(build) {
    build.onLoad({ filter: /\.wat$/ }, async ({ path: file }) => ({
      contents: await assemble(path.basename(file), await readFile(file, 'utf8')),
      loader: 'binary',
      watchFiles: [file],
    }));
  },
};

async function assemble(name, text) {
  const { default: loadWabt } = await import('wabt');
  const wabt = await loadWabt();
  const module = wabt.parseWat(name, text);
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}
