import { name } from '../../event-sourcing/src/index';
export const below = name;
