/**
 * The token under which this process's command runtime is found.
 */

/** Nest token of the `CommandRuntime` of @millrace/event-sourcing. */
export const COMMAND_RUNTIME = Symbol('CommandRuntime');
