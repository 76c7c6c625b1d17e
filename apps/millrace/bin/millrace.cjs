#!/usr/bin/env node
/**
 * The `millrace` command in a checkout: says so when Node is too old, sets up when nothing is built yet.
 * Plain JavaScript in the repository, since npm links a command only to a file that exists.
 */
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `millrace: Node ${process.versions.node} is too old, 20.19 or newer is needed (https://nodejs.org)\n`,
  );
  process.exit(1);
}

const main = join(__dirname, '..', 'dist', 'main.js');
if (!existsSync(main)) {
  const setup = join(__dirname, '..', '..', '..', 'tools', 'setup.mjs');
  const { status } = spawnSync(process.execPath, [setup], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
require(main);
