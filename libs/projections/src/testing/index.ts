export { InProcessAnalyticsStore } from '../in-process/in-process-analytics-store';
export { InProcessSearchIndex } from '../in-process/in-process-search-index';
export { analyticsStoreContract, contractRollup } from './analytics-store-contract';
export { cacheViewContract } from './cache-view-contract';
export {
  book,
  documentsProjector,
  type Fault,
  FaultyIndex,
  type MovedClock,
  type World,
  world,
} from './projector-world';
export { contractIndex, searchIndexContract } from './search-index-contract';
export {
  appendBooks,
  type BookEvent,
  bookDocuments,
  bookSales,
  declareShelf,
  shelfLanes,
  shelfTopics,
} from './shelf-projection';
export { type ViewStoreSubject, viewStoreContract } from './view-store-contract';
