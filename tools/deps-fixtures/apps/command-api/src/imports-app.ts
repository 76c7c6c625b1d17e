import { name } from '../../query-api/src/index';
export const other = name;
