export { RESPONDER_GROUP } from './alert-responder';
export { AlertResponderModule, type CardBlockerSource } from './alert-responder.module';
export { type BlockAnswer, CARD_BLOCKER, type CardBlocker } from './card-blocker.port';
export { HttpCardBlocker } from './http-card-blocker';
export { RuntimeCardBlocker } from './runtime-card-blocker';
