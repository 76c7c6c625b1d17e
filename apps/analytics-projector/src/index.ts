export { AnalyticsProjectorModule, type OpenedAnalyticsStores } from './analytics-projector.module';
