export const inside = 'views-postgres';
