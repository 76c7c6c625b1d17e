/** Waits until the views have passed what the log holds. */
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
  await Promise.all(projectors.map((projector) => projector.whenCaughtUp(signal)));
};
