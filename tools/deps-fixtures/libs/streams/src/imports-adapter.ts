import { name } from '../../event-log-embedded/src/index';
export const adapter = name;
