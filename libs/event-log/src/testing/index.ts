export { eventLogContract } from './contract/event-log-contract';
export type { LogUnderTest, MakeLog } from './contract/log-under-test';
export { SimulatedClient, type Step } from './simulated-client';
export { calm, type PlannedFault, rough, type SimulatedFaults } from './simulated-faults';
export { createSimulatedLog, SimulatedLog, type SimulatedLogOptions } from './simulated-log';
