export const name = 'fraud';
