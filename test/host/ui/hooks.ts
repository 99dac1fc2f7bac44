import { after, afterEach } from 'mocha';
import type { Workbench } from './workbench';

/**
 * After a failed test, saves a screenshot of the window in out/ui and closes open menus and dialogs, so that the next test
 * can run. Called inside a `describe`.
 */
export function screenshotOnFailure(workbench: () => Workbench): void {
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const name = test.title.replace(/[^\w]+/g, '-').slice(0, 60);
    console.log(`      ${await workbench().screenshot(`failed-${name}`)}`);
    for (let layers = 0; layers < 3; layers++) await workbench().page.keyboard.press('Escape');
  });
}

/**
 * Stops things after the tests of a `describe`, the last one first, also when `before` has failed halfway.
 *
 * @returns a function that registers a thing to be stopped, and returns it
 */
export function stopAfterTests(): <T extends { stop(): Promise<void> }>(thing: T) => T {
  const things: { stop(): Promise<void> }[] = [];
  after(async () => {
    for (const thing of things.reverse()) await thing.stop();
  });
  return (thing) => {
    things.push(thing);
    return thing;
  };
}
