import { after, afterEach } from 'mocha';
import type { Workbench } from './workbench';

/** Leaves a picture of the window in out/ui when a test has failed. Called inside a `describe`. */
export function photographFailures(workbench: () => Workbench): void {
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const name = test.title.replace(/[^\w]+/g, '-').slice(0, 60);
    console.log(`      ${await workbench().screenshot(`failed-${name}`)}`);
  });
}

/**
 * Ends things after the tests of a `describe`, the youngest first, also when `before` broke off in the middle.
 *
 * @returns takes what is to be ended
 */
export function endAfterwards(): <T extends { stop(): Promise<void> }>(thing: T) => T {
  const things: { stop(): Promise<void> }[] = [];
  after(async () => {
    for (const thing of things.reverse()) await thing.stop();
  });
  return (thing) => {
    things.push(thing);
    return thing;
  };
}
