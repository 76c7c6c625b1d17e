export { CacheProjectorModule } from './cache-projector.module';
