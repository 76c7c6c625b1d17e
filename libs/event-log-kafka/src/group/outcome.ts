/** A promise that is settled from outside, once; later settlements do nothing. */

/** See the top of the file. */
export class Outcome {
  /** Its rejection may go unheard. */
  readonly promise: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => undefined);
  }
}
