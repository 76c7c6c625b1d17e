export { CommandApiModule } from './command-api.module';
export { COMMAND_RUNTIME } from './runtime/command-runtime.port';
