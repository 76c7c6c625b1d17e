export const inside = 'projections';
