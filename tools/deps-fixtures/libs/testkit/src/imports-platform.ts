import { name } from '../../platform/src/index';
export const heavy = name;
