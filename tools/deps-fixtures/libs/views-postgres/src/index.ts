export const name = 'views-postgres';
