import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogRecord } from '@millrace/event-log';
import { ManualClock, SeededRandom } from '@millrace/testkit';
import { openEmbeddedLog } from './embedded-log';

const KILLS = 30;
const seed = Number(process.env['MILLRACE_SEED'] ?? Math.floor(process.hrtime()[1] / 1_000));
const script = path.join(__dirname, '..', 'crash', 'writer.cjs');

interface Said {
  readonly tried: readonly string[];
  readonly acknowledged: readonly string[];
  readonly failed: readonly string[];
}

/** Starts the writer, kills it after a while (counted from its first commit, or from its start). */
const killedRun = async (folder: string, run: number, random: SeededRandom): Promise<Said> => {
  const child = spawn(process.execPath, [script, folder, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    said += text;
  });
  const closed = once(child, 'close');
  // One in five is killed while it opens, the others after some commits.
  if (run % 5 !== 4) while (!said.includes('ack')) await once(child.stdout, 'data');
  const delayMs = random.int(0, run % 5 === 4 ? 120 : 60);
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  child.kill('SIGKILL');
  await closed;
  // The last line may be cut: what was not said to its end was not said.
  const lines = said.split('\n').slice(0, -1);
  const after = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return { tried: after('try'), acknowledged: after('ack'), failed: after('failed') };
};

interface Kept {
  readonly events: readonly LogRecord[];
  readonly others: readonly LogRecord[];
  readonly newest: ReadonlyMap<string, string>;
}

const readFolder = async (folder: string): Promise<Kept> => {
  const clock = new ManualClock(1_700_000_000_000);
  const log = await openEmbeddedLog({ folder, clock, housekeepingPauseMs: 0, minFreeBytes: 0 });
  const all = async (topic: string, partition: number): Promise<readonly LogRecord[]> => {
    if (!(await log.topics()).some(({ name }) => name === topic)) return [];
    const at = { topic, partition };
    const [bounds] = await log.offsets([at]);
    const reader = await log.openReader([{ ...at, offset: 0 }]);
    const records: LogRecord[] = [];
    while (reader.position(at) < (bounds?.endOffset ?? 0)) {
      for (const batch of await reader.poll()) records.push(...batch.records);
    }
    return records;
  };
  const [events, others] = [await all('events', 0), await all('other', 1)];
  const rows = await all('table', 1);
  const newest = new Map(rows.map(({ key, value }) => [String(key), String(value)]));
  await log.close();
  return { events, others, newest };
};

const idOf = (record: LogRecord): string => record.headers['id'] ?? '';

describe(`a log whose process is killed ${KILLS} times (MILLRACE_SEED=${seed})`, () => {
  it('has lost nothing that was acknowledged, and shows whole transactions only', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-crash-'));
    const random = new SeededRandom(seed);
    const tried = new Set<string>();
    const acknowledged = new Set<string>();
    for (let run = 0; run < KILLS; run++) {
      const said = await killedRun(folder, run, random);
      expect(said.failed).toEqual([]);
      for (const id of said.tried) tried.add(id);
      for (const id of said.acknowledged) acknowledged.add(id);
      const { events, others, newest } = await readFolder(folder);
      const firsts = events.filter(({ headers }) => headers['part'] === 'a').map(idOf);
      const kept = new Set(firsts);
      expect(kept.size).toBe(firsts.length);
      expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
      expect(firsts.filter((id) => !tried.has(id))).toEqual([]);
      // Whole: both events side by side, and the record of the other topic in the same order.
      expect(events.map(idOf)).toEqual(firsts.flatMap((id) => [id, id]));
      expect(others.map(idOf)).toEqual(firsts);
      expect(
        events.every(({ value }, i) =>
          String(value).startsWith(`${idOf(events[i] as LogRecord)}.`),
        ),
      ).toBe(true);
      for (const [name, id] of newest) {
        expect(id).toBe(firsts.filter((kept) => kept.split('.')[1] === name).at(-1));
      }
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS);
    await rm(folder, { recursive: true, force: true });
  }, 180_000);
});

describe('a second process', () => {
  it('is refused, is told who holds the log, and may have it afterwards', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-held-'));
    const clock = new ManualClock(1_700_000_000_000);
    const log = await openEmbeddedLog({ folder, clock, command: 'the first one' });
    await log.describeHolder({ address: 'http://127.0.0.1:4711' });
    const refused = await firstLineOf(folder);
    expect(refused).toContain('failed EVENT_LOG_IN_USE');
    expect(refused).toContain(`process ${process.pid} (the first one`);
    expect(refused).toContain('http://127.0.0.1:4711');
    await log.close();
    expect(await firstLineOf(folder)).toBe('ready');
    await rm(folder, { recursive: true, force: true });
  });
});

const firstLineOf = async (folder: string): Promise<string> => {
  const child = spawn(process.execPath, [script, folder, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdout.setEncoding('utf8');
  const [said] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await closed;
  return String(said).split('\n')[0] ?? '';
};
