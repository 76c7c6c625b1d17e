import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEmbeddedLog } from '@millrace/event-log-embedded';
import { ManualClock } from '@millrace/testkit';
import { parseLogAddress } from '../config/log-address';
import { checkFolder, logFolder, logOfFolder, rememberLog } from './data-folder-log';

const KAFKA = 'kafka://localhost:9092/shop';

const addressOf = (text: string) => {
  const address = parseLogAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};

describe('the log of a data folder', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'folder-log-'));
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const openOnce = async (): Promise<void> => {
    const folder = logFolder({ dataDir });
    const log = await openEmbeddedLog({ folder, clock: new ManualClock(0), command: 'test' });
    await log.close();
  };

  it('is not decided while it is new', () => {
    expect(logOfFolder(path.join(dataDir, 'missing'))).toBeUndefined();
    expect(logOfFolder(dataDir)).toBeUndefined();
    expect(() => checkFolder(dataDir, addressOf(KAFKA))).not.toThrow();
    expect(() => checkFolder(dataDir, addressOf('embedded'))).not.toThrow();
  });

  it('is the embedded one once that was opened: another is refused by name', async () => {
    await openOnce();
    expect(logOfFolder(dataDir)).toBe('embedded');
    expect(() => checkFolder(dataDir, addressOf('embedded'))).not.toThrow();
    expect(() => checkFolder(dataDir, addressOf(KAFKA))).toThrow('belongs to the log embedded');
  });

  it('is the one on Kafka that was remembered: the embedded one is refused', () => {
    rememberLog(dataDir, KAFKA);
    expect(logOfFolder(dataDir)).toBe(KAFKA);
    expect(() => checkFolder(dataDir, addressOf('embedded'))).toThrow(KAFKA);
  });

  it('may move to other brokers: its incarnation decides about the views', () => {
    rememberLog(dataDir, KAFKA);
    expect(() => checkFolder(dataDir, addressOf('kafka://other:9092/shop'))).not.toThrow();
  });

  it('is not decided by a file that cannot be read', () => {
    writeFileSync(path.join(dataDir, 'log.json'), '{"log":');
    mkdirSync(logFolder({ dataDir }));
    expect(logOfFolder(dataDir)).toBeUndefined();
  });
});
