import { name } from '../../platform/src/index';
export const below = name;
