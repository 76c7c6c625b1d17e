export const inside = 'platform';
