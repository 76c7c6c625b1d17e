/** The one release of kafkajs that this adapter is written for. */

/** Exact version that start-up insists on. */
export const KAFKAJS_VERSION = '2.2.4';
