import { name } from '../../testkit/src/index';
export const below = name;
