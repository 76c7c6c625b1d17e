export { DetectLanes } from './detect-lanes';
export { StreamProcessorModule } from './stream-processor.module';
