import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { tasks, type Task, type TaskExecution } from 'vscode';

/** Time limit for changes in VS Code, ms. */
const patienceMs = 20_000;

/** Waits for a task of the provider or of tasks.json, which VS Code reads some time after it was written. */
export async function taskNamed(name: string, type?: string): Promise<Task> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const all = await tasks.fetchTasks(type === undefined ? undefined : { type });
    const found = all.find((task) => task.name === name);
    if (found !== undefined) {
      return found;
    }
    assert.ok(
      Date.now() < end,
      `no task “${name}” among: ${all.map((task) => task.name).join(', ')}`,
    );
    await sleep(200);
  }
}

/** Runs a task and waits for its end. @returns its exit code; undefined when it was terminated */
export async function run(
  task: Task,
  whileRunning?: (execution: TaskExecution) => unknown,
): Promise<number | undefined> {
  const ended = new Promise<number | undefined>((resolve) => {
    const listening = tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name === task.name) {
        listening.dispose();
        resolve(event.exitCode);
      }
    });
  });
  const execution = await tasks.executeTask(task);
  await whileRunning?.(execution);
  return ended;
}
