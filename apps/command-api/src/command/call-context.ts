/**
 * What a handler needs to know of the request around its body.
 */
import { type FastifyRequest, type TraceContext, traceOf } from '@millrace/platform';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type CommandHeaders, commandHeaders, requiredKey } from './command-headers';

/** Headers and trace of a command. */
export interface CallContext {
  readonly headers: CommandHeaders;
  readonly trace: TraceContext;
}

/** Context of a command that was posted: it has a key. */
export interface PostContext extends CallContext {
  readonly key: string;
}

/** Parameter decorator of PUT handlers: a `CallContext`. Throws as `commandHeaders` does. */
export const Called = createParamDecorator(
  (_data: unknown, host: ExecutionContext): CallContext => contextOf(host),
);

/** Parameter decorator of POST handlers: a `PostContext`; a missing key is refused with 400. */
export const Posted = createParamDecorator(
  (_data: unknown, host: ExecutionContext): PostContext => {
    const context = contextOf(host);
    return { ...context, key: requiredKey(context.headers) };
  },
);

const contextOf = (host: ExecutionContext): CallContext => {
  const request = host.switchToHttp().getRequest<FastifyRequest>();
  return { headers: commandHeaders(request.headers), trace: traceOf(request) };
};
