export const name = 'views';
