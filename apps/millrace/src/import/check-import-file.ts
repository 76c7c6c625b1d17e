/** Looks at a file before anything is started or written for it. */
import { fileLines } from './file-lines';
import { headerTrouble } from './handbook-format';
import { ImportColumnsError } from './import.errors';

/**
 * Passes when the file can be read and its first line names the expected columns.
 * @throws ImportFileError, ImportColumnsError
 */
export const checkImportFile = async (file: string): Promise<void> => {
  for await (const { lines } of fileLines(file)) {
    const trouble = headerTrouble(lines[0] ?? '');
    if (trouble !== undefined) throw new ImportColumnsError(file, trouble);
    return;
  }
  throw new ImportColumnsError(file, 'the file is empty');
};
