export const name = 'event-log-embedded';
