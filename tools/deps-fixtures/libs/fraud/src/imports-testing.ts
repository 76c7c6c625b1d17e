import { driver } from '../../streams/src/testing/index';
export const test = driver;
