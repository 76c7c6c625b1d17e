export { InProcessAnalyticsStore } from '../in-process/in-process-analytics-store';
export { InProcessSearchIndex } from '../in-process/in-process-search-index';
export { analyticsStoreContract, contractRollup } from './analytics-store-contract';
export { cacheViewContract } from './cache-view-contract';
export { contractIndex, searchIndexContract } from './search-index-contract';
export { type ViewStoreSubject, viewStoreContract } from './view-store-contract';
