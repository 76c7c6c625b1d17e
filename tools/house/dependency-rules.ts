/** Every dependency rule still fires on the fixtures that break it. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Finding } from './finding';

interface CruiseOutput {
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string } }[];
  };
}

/** Names of the rules that no fixture breaks any more, as findings. */
export const silentDependencyRules = (root: string): readonly Finding[] => {
  const config = join(root, '.dependency-cruiser.cjs');
  const rules = createRequire(__filename)(config) as {
    readonly forbidden: readonly { readonly name: string }[];
  };
  const fired = new Set(cruiseFixtures(root, config));
  return rules.forbidden
    .filter((rule) => !fired.has(rule.name))
    .map((rule) => ({
      file: '.dependency-cruiser.cjs',
      message: `rule ${rule.name} does not fire on tools/deps-fixtures`,
    }));
};

const cruiseFixtures = (root: string, config: string): readonly string[] => {
  const binary = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const result = spawnSync(
    process.execPath,
    [binary, '--config', config, '--output-type', 'json', 'apps', 'libs'],
    { cwd: join(root, 'tools', 'deps-fixtures'), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (result.stdout === '') throw new Error(`dependency-cruiser failed: ${result.stderr}`);
  const output = JSON.parse(result.stdout) as CruiseOutput;
  return output.summary.violations.map((violation) => violation.rule.name);
};
