export { SimulatedClient, type Step } from './simulated-client';
export { calm, type PlannedFault, rough, type SimulatedFaults } from './simulated-faults';
export { createSimulatedLog, SimulatedLog, type SimulatedLogOptions } from './simulated-log';
