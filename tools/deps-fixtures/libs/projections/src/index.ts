export const name = 'projections';
