/**
 * Whether an update fits a cache view.
 */
import type { CacheUpdate } from './cache-view.port';
import { InvalidChangeError } from './projections.errors';

const MAX_KEEP = 1_000;

/**
 * Refuses an update outside the bounds of `CacheUpdate`.
 *
 * @throws InvalidChangeError names what is wrong, never a value
 */
export const checkCacheUpdate = (view: string, update: CacheUpdate): void => {
  const problem = isKey(update.key) ? problemOf(update) : 'a key is malformed';
  if (problem !== undefined) throw new InvalidChangeError(view, problem);
};

const problemOf = (update: CacheUpdate): string | undefined => {
  switch (update.kind) {
    case 'put':
      return isVersion(update.version) ? undefined : 'a version is malformed';
    case 'push': {
      if (!isVersion(update.version)) return 'a version is malformed';
      if (!isKey(update.entry) || !Number.isSafeInteger(update.order))
        return 'an entry is malformed';
      const bounded = Number.isInteger(update.keep) && update.keep >= 1 && update.keep <= MAX_KEEP;
      return bounded ? undefined : `a list keeps not 1 to ${MAX_KEEP}`;
    }
    case 'count': {
      const whole = Object.values(update.add).every(Number.isSafeInteger);
      return whole ? undefined : 'a count is no whole number';
    }
  }
};

const isKey = (text: string): boolean => text !== '' && text.length <= 200;

const isVersion = (version: number): boolean => Number.isSafeInteger(version) && version >= 0;
