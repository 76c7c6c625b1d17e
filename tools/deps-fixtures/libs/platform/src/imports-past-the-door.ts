import { inside } from '../../event-log/src/inside';
export const deep = inside;
