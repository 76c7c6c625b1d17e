/**
 * Makes a fresh clone ready: checks Node, installs when the lock file changed, builds when sources
 * changed. Plain JavaScript, since it runs before anything is installed. Says what it does.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes('--quiet');
const cache = join(root, 'node_modules', '.cache', 'millrace');
const MIN_NODE = [20, 19];

const say = (text) => {
  if (!quiet) process.stdout.write(`setup: ${text}\n`);
};

const fail = (text) => {
  process.stderr.write(`setup: ${text}\n`);
  process.exit(1);
};

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  fail(
    `Node ${process.versions.node} is too old: Millrace needs ${MIN_NODE.join('.')} or newer. ` +
      'Install it (https://nodejs.org), then run the same command again.',
  );
};

const run = (what, command, args) => {
  const started = process.hrtime.bigint();
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'ignore', 'inherit'] : 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail(`${what} failed (exit code ${result.status ?? result.signal})`);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  say(`${what} done in ${seconds.toFixed(1)} s`);
};

const stamp = (name) => join(cache, `${name}.sha256`);

const isCurrent = (name, digest) =>
  existsSync(stamp(name)) && readFileSync(stamp(name), 'utf8') === digest;

const remember = (name, digest) => {
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp(name), digest);
};

const packageFiles = () => ['package.json', 'package-lock.json', '.npmrc', ...manifests()];

const packages = () =>
  ['libs', 'apps'].flatMap((kind) =>
    readdirSync(join(root, kind), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(kind, entry.name)),
  );

const manifests = () =>
  packages()
    .map((folder) => join(folder, 'package.json'))
    .filter((file) => existsSync(join(root, file)));

const sourceFiles = () => {
  const files = ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json'];
  for (const folder of packages()) {
    files.push(join(folder, 'tsconfig.json'));
    collect(join(folder, 'src'), files);
  }
  return files;
};

const collect = (folder, files) => {
  if (!existsSync(join(root, folder))) return;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path, files);
    else if (!entry.name.endsWith('.spec.ts')) files.push(path);
  }
};

const digestOf = (files) => {
  const hash = createHash('sha256').update(process.versions.node);
  for (const file of [...files].sort()) {
    const path = join(root, file);
    if (existsSync(path) && statSync(path).isFile()) {
      hash.update(`\0${file}\0`).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
};

const install = () => {
  const digest = digestOf(packageFiles());
  if (
    existsSync(join(root, 'node_modules', '.package-lock.json')) &&
    isCurrent('install', digest)
  ) {
    return;
  }
  say('installing packages (first run, or the lock file changed)');
  run('install', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  remember('install', digest);
};

const build = () => {
  const digest = digestOf(sourceFiles());
  const built = packages().every((folder) => existsSync(join(root, folder, 'dist')));
  if (built && isCurrent('build', digest)) return;
  say('building (first run, or sources changed)');
  run('build', process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b']);
  remember('build', digest);
};

const prepareDatabase = () => {
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules', '@electric-sql', 'pglite', 'package.json'), 'utf8'),
  );
  if (existsSync(join(cache, `pglite-${version}`))) return;
  say('preparing the database that new data folders copy');
  const main = join('libs', 'views-postgres', 'dist', 'pglite', 'make-template-main.js');
  run('database', process.execPath, [join(root, main)]);
};

checkNode();
install();
build();
prepareDatabase();
say('ready');
