export const inside = 'event-log-kafka';
