export const name = 'event-log-kafka';
