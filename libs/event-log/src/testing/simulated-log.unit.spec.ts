import { ManualClock } from '@millrace/testkit';
import { eventLogContract } from './contract/event-log-contract';
import { createSimulatedLog } from './simulated-log';

const makeLog = (faults: Parameters<typeof createSimulatedLog>[0]['faults']) => async () => {
  const clock = new ManualClock(1_700_000_000_000);
  const log = createSimulatedLog({ seed: 42, clock, ...(faults && { faults }) });
  return {
    log,
    maxRecordBytes: 1_048_576,
    compact: async () => {
      for (const { name, partitions, cleanup } of await log.topics()) {
        if (cleanup === 'delete') continue;
        for (let p = 0; p < partitions; p++) log.compact({ topic: name, partition: p });
      }
    },
    trim: async (positions: Parameters<typeof log.openReader>[0]) => {
      for (const position of positions) log.trim(position);
    },
    passTime: (ms: number) => {
      clock.advanceMs(ms);
      log.tick();
    },
    dispose: () => log.close(),
  };
};

eventLogContract('the simulated log', makeLog(undefined));
eventLogContract('the simulated log with delays', makeLog({ delayTurns: 3 }));
