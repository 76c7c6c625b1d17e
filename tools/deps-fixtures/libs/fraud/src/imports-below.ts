import { name } from '../../views/src/index';
export const below = name;
