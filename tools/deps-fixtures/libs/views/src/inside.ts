export const inside = 'views';
