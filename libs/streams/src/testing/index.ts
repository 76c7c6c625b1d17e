export { type RunDrop, type RunInput, type RunOutput, TopologyRun } from './topology-run';
