export const inside = 'payments';
