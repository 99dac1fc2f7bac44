import { after, afterEach } from 'mocha';
import type { Workbench } from './workbench';

/**
 * When a test has failed, leaves a picture of the window in out/ui and closes what may lie over it, so that the next one
 * has its chance. Called inside a `describe`.
 */
export function photographFailures(workbench: () => Workbench): void {
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const name = test.title.replace(/[^\w]+/g, '-').slice(0, 60);
    console.log(`      ${await workbench().screenshot(`failed-${name}`)}`);
    for (let layers = 0; layers < 3; layers++) await workbench().page.keyboard.press('Escape');
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
