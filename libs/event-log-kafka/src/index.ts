export { KAFKAJS_VERSION } from './wire/kafkajs-version';
