export const name = 'testkit';
