export const name = 'event-log';
