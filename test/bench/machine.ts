/** Where, when and of what something was measured. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const PACKAGES = ['classic-level', '@electric-sql/pglite', '@nestjs/core', 'fastify', 'typescript'];

/** @param loadBefore load averages when the bench began */
export const circumstances = (loadBefore: readonly number[]) => ({
  date: new Date().toISOString(),
  commit: commit(),
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMib: Math.round(totalmem() / 1_048_576),
    system: `${process.platform} ${release()}`,
    node: process.version,
    loadAverage: { before: rounded(loadBefore), after: rounded(loadavg()) },
  },
  versions: Object.fromEntries(
    PACKAGES.flatMap((name) => {
      const version = versionOf(name);
      return version === undefined ? [] : [[name, version]];
    }),
  ),
});

const rounded = (load: readonly number[]): readonly number[] =>
  load.map((of) => Math.round(of * 100) / 100);

/** The commit, with `+` when files differ from it. */
const commit = (): string => {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'apps', 'libs') !== '';
    return `${git('rev-parse', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
};

const versionOf = (name: string): string | undefined => {
  try {
    const manifest = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
    const { version }: { readonly version?: string } = JSON.parse(manifest);
    return version;
  } catch {
    return undefined;
  }
};
