/**
 * Starts the clusters before the specs, unless the runner has done so: a single spec runs by
 * `npx jest -c jest.engines.config.cjs <path>`.
 */
import { CLUSTER_VARIABLES, lineUnderTest } from './clusters';
import { startSharedClusters } from './shared-clusters';

const beforeAllSpecs = async (): Promise<void> => {
  if (process.env[CLUSTER_VARIABLES.one] !== undefined) return;
  const { variables } = await startSharedClusters(lineUnderTest());
  Object.assign(process.env, variables, { [CLUSTER_VARIABLES.startedBy]: String(process.pid) });
};

export = beforeAllSpecs;
