/** Waits until the views have passed what the log holds. */
import { setMaxListeners } from 'node:events';
import {
  ANALYTICS_PROJECTOR,
  CACHE_PROJECTOR,
  SEARCH_PROJECTOR,
  type ViewProjector,
} from '@millrace/views';
import type { ModuleRef } from '@nestjs/core';

/** Resolves when every view has passed the log's present end, or at the signal. */
export const viewsCaughtUp = async (
  app: Pick<ModuleRef, 'get'>,
  signal: AbortSignal,
): Promise<void> => {
  const projectors = [SEARCH_PROJECTOR, CACHE_PROJECTOR, ANALYTICS_PROJECTOR].map((token) =>
    app.get<ViewProjector>(token, { strict: false }),
  );
  // Every lane of every view listens while it is waited for.
  setMaxListeners(0, signal);
  await Promise.all(projectors.map((projector) => projector.whenCaughtUp(signal)));
};
