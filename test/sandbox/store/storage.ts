import type { Bodies } from './bodies';
import { Objects } from './objects';
import { Uploads } from './uploads';

/** The contents of one bucket. */
export interface Storage {
  readonly bodies: Bodies;
  readonly objects: Objects;
  readonly uploads: Uploads;
}

export function createStorage(bodies: Bodies): Storage {
  return { bodies, objects: new Objects(bodies), uploads: new Uploads(bodies) };
}
