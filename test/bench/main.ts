/**
 * Runs benches one after the other, each in a process of its own, and keeps what they measured with
 * the machine, versions, commit and date. `npm run bench -- --list | NAME… | --compare [NAME…]`.
 */
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { type Compared, comparedFigures, figuresOf, MARGIN } from './figures';
import { circumstances } from './machine';

interface Measured {
  readonly name: string;
  readonly results: unknown;
}

const SUFFIX = '.bench.ts';
const RESULTS = join(__dirname, 'results');
const USAGE = `npm run bench                    all, one after the other
npm run bench -- --list          their names
npm run bench -- NAME…           some
npm run bench -- --compare       against the stored results: fails past ${MARGIN * 100} %, stores nothing
`;

const names = (): readonly string[] =>
  readdirSync(__dirname)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();

const main = async (args: readonly string[]): Promise<number> => {
  const flags = args.filter((arg) => arg.startsWith('-'));
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  const unknown = [
    ...flags.filter((flag) => !['--list', '--compare', '--help'].includes(flag)),
    ...wanted.filter((name) => !names().includes(name)),
  ];
  if (unknown.length > 0 || flags.includes('--help')) {
    process.stderr.write(unknown.length > 0 ? `unknown: ${unknown.join(' ')}\n${USAGE}` : USAGE);
    return unknown.length > 0 ? 2 : 0;
  }
  if (flags.includes('--list')) {
    process.stdout.write(`${names().join('\n')}\n`);
    return 0;
  }
  let failed = false;
  for (const name of wanted.length > 0 ? wanted : names()) {
    const passed = await runOne(name, flags.includes('--compare'));
    failed ||= !passed;
  }
  return failed ? 1 : 0;
};

/** @returns whether it ran and, when compared, stayed within the margin */
const runOne = async (name: string, compare: boolean): Promise<boolean> => {
  process.stdout.write(`\n${name}\n`);
  const loadBefore = loadavg();
  const measured = await inChild(name).catch((error: Error) => error);
  if (measured instanceof Error) {
    process.stderr.write(`${name}: ${measured.message}\n`);
    return false;
  }
  const figures = figuresOf(measured.results);
  for (const { label, value } of figures) process.stdout.write(`  ${label.padEnd(60)} ${value}\n`);
  const file = join(RESULTS, `${name}.json`);
  if (compare) return isWithinMargin(name, file, measured);
  const stored = { name: measured.name, ...circumstances(loadBefore), results: measured.results };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(file, `${JSON.stringify(stored, undefined, 2)}\n`);
  process.stdout.write(`  → test/bench/results/${name}.json\n`);
  return true;
};

const isWithinMargin = (name: string, file: string, measured: Measured): boolean => {
  if (!existsSync(file)) {
    process.stderr.write(`${name}: nothing stored to compare with; run it without --compare\n`);
    return false;
  }
  const stored: { readonly results?: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  const compared = comparedFigures(stored.results, measured.results);
  for (const figure of compared) process.stdout.write(`${comparisonText(figure)}\n`);
  return compared.every(({ worse }) => !worse);
};

const comparisonText = ({ label, before, now, change, worse }: Compared): string =>
  `  ${worse ? 'WORSE' : 'ok   '} ${label}: ${before} → ${now} (${(change * 100).toFixed(1)} %)`;

const inChild = (name: string): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'one-bench.ts'), [join(__dirname, `${name}${SUFFIX}`)]);
    let measured: Measured | undefined;
    child.on('message', (message: Measured) => {
      measured = message;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (measured === undefined) reject(new Error(`ended with code ${code} and no results`));
      else resolve(measured);
    });
  });

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
