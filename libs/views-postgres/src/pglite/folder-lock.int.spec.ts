import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ViewsInUseError } from '../views-postgres.errors';
import { lockFolder } from './folder-lock';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const leaveLock = (holder: { pid: number; began: string }): void =>
  writeFileSync(join(folder, 'LOCK'), JSON.stringify({ ...holder, token: 'left' }));

describe('folder lock', () => {
  it('is refused within the process until it is given free', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(ViewsInUseError);
    unlock();
    unlock();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused while another process lives that holds it, and taken when it has ended', async () => {
    const script = `
      const fs = require('node:fs');
      const stat = fs.readFileSync('/proc/self/stat', 'utf8');
      const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      const holder = { pid: process.pid, began, token: 'other' };
      fs.writeFileSync(${JSON.stringify(join(folder, 'LOCK'))}, JSON.stringify(holder));
      process.stdout.write('locked');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(() => lockFolder(folder)).toThrow(`process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockFolder(folder)();
  });

  it('is taken from a process whose number another one has now', () => {
    leaveLock({ pid: process.ppid, began: '1' });
    lockFolder(folder)();
  });

  it('is taken from an earlier process with the number of this one', () => {
    leaveLock({ pid: process.pid, began: '1' });
    lockFolder(folder)();
  });

  it('is taken when the lock file is torn', () => {
    writeFileSync(join(folder, 'LOCK'), '{"pid":');
    lockFolder(folder)();
  });
});
