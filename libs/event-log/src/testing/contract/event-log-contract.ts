/// <reference types="jest" />
/**
 * The contract suite of the event log port: every adapter passes it.
 */
import { closingContract, groupsContract, positionsContract } from './groups.contract';
import type { MakeLog } from './log-under-test';
import { readingContract } from './reading.contract';
import { recordsContract, topicsContract } from './topics.contract';
import { writingContract } from './writing.contract';

/**
 * Declares the suite (jest's `describe` and `it` must be global).
 *
 * @param name the adapter, for the report
 * @param makeLog called before each test: a log without the topics `contract-…`
 */
export const eventLogContract = (name: string, makeLog: MakeLog): void => {
  describe(`${name} keeps the event log's contract`, () => {
    topicsContract(makeLog);
    recordsContract(makeLog);
    readingContract(makeLog);
    writingContract(makeLog);
    groupsContract(makeLog);
    positionsContract(makeLog);
    closingContract(makeLog);
  });
};
