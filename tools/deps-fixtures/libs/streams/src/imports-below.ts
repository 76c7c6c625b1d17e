import { name } from '../../projections/src/index';
export const below = name;
