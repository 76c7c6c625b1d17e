export { type OpenedSearchStores, SearchProjectorModule } from './search-projector.module';
