export const inside = 'testkit';
