/** How often a scenario runs, and where its times go. */
import { isLongRun } from '../clusters';

/** Seeds of a scenario: one in the short form, ten in the long one. */
export const SEEDS: readonly number[] = isLongRun() ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [1];

/** Time for one run of a scenario, ms. */
export const SCENARIO_TIMEOUT_MS = 180_000;

/** Prints what a fault cost. */
export const sayTime = (scenario: string, what: string): void => {
  process.stdout.write(`${scenario}: ${what}\n`);
};
