import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventLogContract } from '@millrace/event-log/testing';
import { ManualClock } from '@millrace/testkit';
import { openEmbeddedLog } from './embedded-log';

const makeLog = (options: Partial<Parameters<typeof openEmbeddedLog>[0]>) => async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-log-'));
  const clock = new ManualClock(1_700_000_000_000);
  const log = await openEmbeddedLog({ folder, clock, housekeepingPauseMs: 0, ...options });
  return {
    log,
    maxRecordBytes: 1_048_576,
    compact: () => log.cleanNow(),
    dispose: async () => {
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

eventLogContract('the embedded log', makeLog({}));
eventLogContract(
  'the embedded log without caches',
  makeLog({ tailCacheBytes: 0, readAheadBytes: 0 }),
);
