import { name } from '../../fraud/src/index';
export const below = name;
