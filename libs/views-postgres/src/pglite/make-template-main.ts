/** Run once by the set-up, after the build: makes the database that new data folders copy. */
import { prepareTemplate } from './data-template';
import { makePgliteData } from './pglite-client';

void prepareTemplate(makePgliteData);
