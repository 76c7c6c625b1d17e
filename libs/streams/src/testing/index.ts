export { type ConformanceReport, runConformance } from './conformance/run-conformance';
export { type RunDrop, type RunInput, type RunOutput, TopologyRun } from './topology-run';
