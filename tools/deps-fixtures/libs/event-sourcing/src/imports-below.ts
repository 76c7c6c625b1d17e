import { name } from '../../streams/src/index';
export const below = name;
