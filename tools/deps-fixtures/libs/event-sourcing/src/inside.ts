export const inside = 'event-sourcing';
