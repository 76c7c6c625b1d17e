export { followAlerts } from './demo/alert-tail';
export { type System, type SystemOptions, startSystem } from './host/start-system';
