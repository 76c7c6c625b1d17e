export const inside = 'event-log-embedded';
