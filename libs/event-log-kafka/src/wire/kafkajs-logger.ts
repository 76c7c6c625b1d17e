/** kafkajs' own log lines go nowhere: what they tell is told by errors and by the observer. */

interface KafkajsLogger {
  readonly info: () => void;
  readonly error: () => void;
  readonly warn: () => void;
  readonly debug: () => void;
  readonly namespace: () => KafkajsLogger;
}

const nothing = (): void => undefined;

/** A logger in kafkajs' shape that is silent. */
export const kafkajsLogger: KafkajsLogger = {
  info: nothing,
  error: nothing,
  warn: nothing,
  debug: nothing,
  namespace: () => kafkajsLogger,
};
