import { name } from '../../../apps/query-api/src/index';
export const app = name;
