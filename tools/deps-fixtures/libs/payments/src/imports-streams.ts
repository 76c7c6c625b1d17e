import { name } from '../../streams/src/index';
export const open = name;
