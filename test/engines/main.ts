/**
 * Runs the engine specs on real brokers: all of them on Kafka 3.9, the contract suites and the
 * regression tests of client defects on the newest line too. Prints what each phase took and ends
 * with one line of counts.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { KafkaLine } from '../../tools/stack/index';
import { CLUSTER_VARIABLES } from './clusters';
import { parseRunOptions, type RunOptions, USAGE } from './run-options';
import { startSharedClusters } from './shared-clusters';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const ROOT = join(__dirname, '../..');
const JEST = [join(ROOT, 'node_modules/jest/bin/jest.js'), '-c', 'jest.engines.config.cjs'];
const EXIT_ON_SIGTERM = 128 + 15;
/** Specs that run on every line, by file name; the others run on 3.9 only. */
const EVERY_LINE = /(contract|defects)[^/]*$/;

const main = async (args: readonly string[]): Promise<number> => {
  const options = parseRunOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}`);
    return options === '' ? 0 : 2;
  }
  let counts: Counts = { passed: 0, failed: 0 };
  for (const line of options.lines) counts = plus(counts, await runLine(line, options));
  process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
};

const runLine = async (line: KafkaLine, options: RunOptions): Promise<Counts> => {
  const specs = await specsOf(line, options);
  if (specs.length === 0) {
    process.stdout.write(`Kafka ${line}: no specs\n`);
    return { passed: 0, failed: 0 };
  }
  const clusters = await phase(`Kafka ${line}: 1 and 3 brokers`, () => startSharedClusters(line));
  try {
    const variables = { ...clusters.variables, [CLUSTER_VARIABLES.long]: options.long ? '1' : '0' };
    return await phase(`Kafka ${line}: ${specs.length} spec files`, () =>
      runSpecs(specs, variables),
    );
  } finally {
    await clusters.stop();
  }
};

const specsOf = async (line: KafkaLine, options: RunOptions): Promise<readonly string[]> => {
  const { stdout } = await jest(['--listTests', '--json', ...options.patterns], 'pipe', {});
  const files: readonly string[] = JSON.parse(stdout);
  const all = files.map((file) => relative(ROOT, file)).sort();
  const everything = line === '3.9' || options.patterns.length > 0;
  return everything ? all : all.filter((file) => EVERY_LINE.test(file));
};

const runSpecs = async (
  specs: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Counts> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-engines-'));
  const report = join(folder, 'report.json');
  try {
    const args = ['--json', '--outputFile', report, '--runTestsByPath', ...specs];
    const { code } = await jest(args, 'inherit', variables);
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    const { passed, failed } = countsOf(readFileSync(report, 'utf8'));
    return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const countsOf = (json: string): Counts => {
  const report: {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numRuntimeErrorTestSuites: number;
  } = JSON.parse(json);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
  };
};

const jest = (
  args: readonly string[],
  stdout: 'pipe' | 'inherit',
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string; readonly code: number }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...JEST, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...variables },
      // With --json jest would print the whole report on its standard output too.
      stdio: ['ignore', stdout === 'pipe' ? 'pipe' : 'ignore', 'inherit'],
    });
    // With the runner the brokers end, and the specs would only run into timeouts.
    const endToo = (): void => {
      child.kill('SIGTERM');
      process.exit(EXIT_ON_SIGTERM);
    };
    process.once('SIGTERM', endToo);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      process.removeListener('SIGTERM', endToo);
      resolve({ stdout: text, code: code ?? 1 });
    });
  });

const phase = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  const started = performance.now();
  const result = await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${what}: ${seconds} s\n`);
  return result;
};

const plus = (one: Counts, other: Counts): Counts => ({
  passed: one.passed + other.passed,
  failed: one.failed + other.failed,
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
