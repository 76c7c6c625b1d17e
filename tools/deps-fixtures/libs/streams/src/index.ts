export const name = 'streams';
