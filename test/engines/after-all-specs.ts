/** Ends the clusters that `before-all-specs.ts` started. */
import { CLUSTER_VARIABLES, kafkaUnderTest } from './clusters';

const afterAllSpecs = async (): Promise<void> => {
  if (process.env[CLUSTER_VARIABLES.startedBy] !== String(process.pid)) return;
  await Promise.all([kafkaUnderTest.one().stop(), kafkaUnderTest.three().stop()]);
};

export = afterAllSpecs;
