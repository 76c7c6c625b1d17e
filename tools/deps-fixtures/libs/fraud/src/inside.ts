export const inside = 'fraud';
