import {
  analyticsStoreContract,
  cacheViewContract,
  contractIndex,
  contractRollup,
  searchIndexContract,
} from '../testing';
import { InProcessAnalyticsStore } from './in-process-analytics-store';
import { InProcessCacheView } from './in-process-cache-view';
import { InProcessSearchIndex } from './in-process-search-index';

describe('in-process search index', () => {
  searchIndexContract(async () => new InProcessSearchIndex(contractIndex));
});

describe('in-process cache view', () => {
  cacheViewContract(async () => new InProcessCacheView('cards'));
});

describe('in-process analytics store', () => {
  analyticsStoreContract(async () => new InProcessAnalyticsStore(contractRollup));
});
