export { StreamProcessorModule } from './stream-processor.module';
