/**
 * `npm run sim`: many seeds of the owner simulation, or one.
 *
 *   npm run sim                         1,000 seeds
 *   npm run sim -- --seeds 20000        so many
 *   npm run sim -- --seed 42            one, with its report
 *   npm run sim -- --seed 42 --bug no-fence   with a planted bug, which must be found
 */
import { parseArgs } from 'node:util';
import { type SimulationReport, simulateOwners } from './owner-simulation';
import { type PlantedBug, plantedBugs } from './planted-bugs';

interface Arguments {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly bug: PlantedBug | undefined;
}

const main = async (): Promise<number> => {
  const { firstSeed, seeds, bug } = argumentsOf(process.argv.slice(2));
  let accepted = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const report = await simulateOwners(bug === undefined ? { seed } : { seed, bug });
    accepted += report.accepted;
    if (report.violations.length > 0) {
      tellFailure(report, bug);
      return 1;
    }
    if (seeds === 1) tell(JSON.stringify(report, undefined, 2));
    else if ((seed - firstSeed + 1) % 100 === 0) tell(`${seed - firstSeed + 1} of ${seeds} seeds`);
  }
  tell(`${seeds} seeds from ${firstSeed} on, ${accepted} accepted commands, no violation`);
  return 0;
};

const tellFailure = ({ seed, violations }: SimulationReport, bug: PlantedBug | undefined): void => {
  tell(`seed ${seed} failed:`);
  for (const violation of violations) tell(`  ${violation}`);
  const suffix = bug === undefined ? '' : ` --bug ${bug}`;
  tell(`repeat it with: npm run sim -- --seed ${seed}${suffix}`);
};

const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const argumentsOf = (args: readonly string[]): Arguments => {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' }, seeds: { type: 'string' }, bug: { type: 'string' } },
  });
  const bug = plantedBugs.find((name) => name === values.bug);
  if (values.bug !== undefined && bug === undefined) {
    throw new RangeError(`--bug is one of ${plantedBugs.join(', ')}`);
  }
  const seeds = values.seed === undefined ? wholeNumber(values.seeds ?? '1000', '--seeds') : 1;
  return { firstSeed: wholeNumber(values.seed ?? '1', '--seed'), seeds, bug };
};

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} is ${text}`);
  return value;
};

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    tell(String(error));
    process.exitCode = 2;
  },
);
