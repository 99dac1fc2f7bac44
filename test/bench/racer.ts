// One contender in a process of its own, once over the course:  node racer.cjs <JSON of RacerOrder>
import type { Contender } from './cases';
import { makeRunner } from './contenders';
import { runLap, type Lap } from './lap';

export interface RacerOrder {
  readonly contender: Contender;
  readonly origin: string;
  readonly files: readonly string[];
  readonly warmUp: string;
  readonly storageFolder: string;
}

async function run(order: RacerOrder): Promise<Lap> {
  return runLap(await makeRunner(order.contender, order), order.files, order.warmUp);
}

run(JSON.parse(process.argv[2] ?? '') as RacerOrder).then(
  (lap) => {
    process.send?.(lap);
    process.exit(0);
  },
  (error: unknown) => {
    console.log(error);
    process.exit(1);
  },
);
