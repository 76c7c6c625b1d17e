export { cursorKeyOf } from './query/cursor-key';
export { QueryApiModule, type QueryParts } from './query-api.module';
export {
  type RebuildResource,
  rebuildSchema,
  type ViewResource,
  viewsSchema,
} from './view/view-resource';
