export const inside = 'streams';
