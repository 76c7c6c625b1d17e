/**
 * Imported before kafkajs: under `NODE_ENV=test`, which jest sets, kafkajs takes other retry
 * defaults (50 ms, 15 times) than in production (300 ms, 5 times).
 */
process.env['NODE_ENV'] = 'production';
