import { name } from '../../views-postgres/src/index';
export const below = name;
