import { name } from '../../payments/src/index';
export const below = name;
