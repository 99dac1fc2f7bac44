import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Spool } from '../../../../src/core/packing/spool';
import { sweepSpools } from '../../../../src/core/packing/spoolFiles';
import { Workshop } from './trees';

describe('The temporary file of packing', () => {
  const workshop = new Workshop();
  afterEach(() => workshop.clear());

  for (const heldBytes of [0, 28_000, 200_000]) {
    it(`gives back what it took, also when much comes at once: ${heldBytes} in memory`, async () => {
      const folder = await workshop.folder();
      const storage = path.join(folder, 'made', 'when', 'needed');
      const spool = new Spool(storage, heldBytes);
      const pieces = Array.from({ length: 20 }, (_, index) => Buffer.alloc(index * 1_000, index));
      const extents = await Promise.all(pieces.map((piece) => spool.append(piece)));
      for (const [index, { offset, length }] of extents.entries()) {
        const target = Buffer.alloc(length);
        await spool.read(target, offset);
        assert.ok(target.equals(pieces[index]!));
      }
      await spool.close();
      const isFileNeeded = heldBytes < 200_000;
      assert.deepEqual(isFileNeeded ? await readdir(storage) : await readdir(folder), []);
    });
  }

  it('costs nothing when it is not used', async () => {
    const folder = await workshop.folder();
    await new Spool(path.join(folder, 'x')).close();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is swept up when its process is no more, and only then', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const kept = [`packing-${process.ppid}-00aa.tmp`, 'checkpoint.json', 'packing-x-00.tmp'];
    const folder = await workshop.folder({
      [`packing-${dead}-00ff.tmp`]: 'x',
      ...Object.fromEntries(kept.map((name) => [name, 'x'])),
    });
    await sweepSpools(folder);
    assert.deepEqual((await readdir(folder)).sort(), [...kept].sort());
    await sweepSpools(path.join(folder, 'missing'));
  });
});
