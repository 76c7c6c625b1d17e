export const name = 'payments';
