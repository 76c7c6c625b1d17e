export const inside = 'event-log';
