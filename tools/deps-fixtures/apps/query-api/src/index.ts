export const name = 'query-api';
