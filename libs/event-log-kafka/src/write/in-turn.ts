/** Runs tasks one after another, in the order of their calls; the first begins at once. */

/** See the top of the file. */
export class InTurn {
  #last: Promise<unknown> | undefined;

  /** @returns what the task returns, once its turn has come; a failure does not stop the next */
  run<T>(task: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const mine = before === undefined ? task() : before.then(task);
    const settled = mine.then(noResult, noResult);
    this.#last = settled;
    void settled.then(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    return mine;
  }
}

const noResult = (): void => undefined;
