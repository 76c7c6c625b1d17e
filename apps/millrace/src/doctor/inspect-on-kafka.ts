/** A log on Kafka as an operator wants to see it: brokers, topics, findings with their cure. */
import type { TopicSpec } from '@millrace/event-log';
import type { LogHolder } from '@millrace/event-log-embedded';
import { findingLines, inspectKafka, type KafkaInspection } from '@millrace/event-log-kafka';
import {
  type Config,
  type KafkaLogAddress,
  kafkaLogOptions,
  SystemClock,
} from '@millrace/platform';
import { span, table } from '../cli/wording';
import { type DoctorReport, holderLine } from './doctor-report';

/** What is looked at. */
export interface KafkaDoctorQuestion {
  readonly address: KafkaLogAddress;
  readonly config: Config;
  readonly holder: LogHolder | undefined;
  readonly specs: readonly TopicSpec[];
}

/** Makes nothing. @throws KafkaUnreachableError, KafkaAuthenticationError, KafkaTlsError */
export const inspectOnKafka = async (asked: KafkaDoctorQuestion): Promise<DoctorReport> => {
  const { address, config, holder, specs } = asked;
  const parts = { clock: new SystemClock(), command: 'millrace doctor' };
  const seen = await inspectKafka(kafkaLogOptions(address, config, parts), specs);
  const allowed = new Set(config.kafka.allowUnsafe);
  const refused = seen.findings.filter(
    ({ code, severity }) => severity === 'refuse' && !allowed.has(code),
  );
  const ok = refused.length === 0;
  const lines = [
    `log ${address.url}`,
    `cluster ${seen.clusterId}, ${incarnationText(seen)}`,
    `data folder ${config.dataDir}: ${holderLine(holder)}`,
    '',
    brokerTable(seen),
    ...seen.given.flatMap(({ address: at, trouble }) =>
      trouble === undefined ? [] : [`${at} was given and does not answer: ${trouble}`],
    ),
    '',
    topicTable(seen),
    '',
    ...(seen.findings.length === 0 ? ['no findings'] : findingLines(seen.findings)),
    ...acceptedLine(seen, allowed),
    ok ? 'nothing refuses the start' : 'the start is refused',
  ];
  const details = { holder, allowed: [...allowed], ...seen };
  return { log: address.url, folder: config.dataDir, ok, details, text: lines.join('\n') };
};

const incarnationText = ({ incarnation }: KafkaInspection): string =>
  incarnation === undefined ? 'no log of ours yet' : `incarnation ${incarnation}`;

const brokerTable = ({ brokers }: KafkaInspection): string =>
  table([
    ['broker', 'address', 'Kafka', 'round trip', 'rack'],
    ...brokers.map(({ nodeId, address, kafka, roundTripMs, rack }) => [
      String(nodeId),
      address,
      kafka ?? '-',
      roundTripMs === undefined ? 'no answer' : `${roundTripMs.toFixed(1)} ms`,
      rack ?? '-',
    ]),
  ]);

const topicTable = ({ topics }: KafkaInspection): string =>
  table([
    ['topic', 'partitions', 'cleanup', 'retention', 'state'],
    ...topics.map(({ wanted, found, exists }) => {
      const shown = found ?? wanted;
      return [
        wanted.name,
        String(shown.partitions),
        shown.cleanup,
        shown.retentionMs < 0 ? 'for ever' : span(shown.retentionMs),
        stateOf(wanted, found, exists),
      ];
    }),
  ]);

const stateOf = (wanted: TopicSpec, found: TopicSpec | undefined, exists: boolean): string => {
  if (!exists) return 'missing: the next start makes it';
  if (found === undefined) return 'there, its settings may not be read';
  const differing = (['partitions', 'cleanup', 'retentionMs'] as const).filter(
    (setting) => found[setting] !== wanted[setting],
  );
  if (differing.length === 0) return 'as declared';
  return differing.map((setting) => `${setting} declared ${wanted[setting]}`).join(', ');
};

const acceptedLine = (
  { findings }: KafkaInspection,
  allowed: ReadonlySet<string>,
): readonly string[] => {
  const codes = [...new Set(findings.map(({ code }) => code))].filter((code) => allowed.has(code));
  return codes.length === 0 ? [] : [`accepted by MILLRACE_KAFKA_ALLOW_UNSAFE: ${codes.join(', ')}`];
};
