export const driver = 'driver';
