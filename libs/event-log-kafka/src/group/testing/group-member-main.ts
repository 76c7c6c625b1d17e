/**
 * A member as a process of its own, so that it can be killed and stopped. Tells its lanes on its
 * standard output, a line for each change; leaves when its standard input ends.
 */
import { RealGroup } from './real-group';

const main = async ([
  brokers = '',
  lanes = '',
  namespace = '',
]: readonly string[]): Promise<void> => {
  const group = new RealGroup({ brokers: brokers.split(','), lanes: Number(lanes), namespace });
  const held = new Set<number>();
  const tell = (): void => {
    process.stdout.write(`${JSON.stringify([...held].sort((a, b) => a - b))}\n`);
  };
  const member = await group.join(`process-${process.pid}`, {
    onAssigned: async (gained) => {
      for (const lane of gained) held.add(lane);
      tell();
    },
    onRevoked: async (lost) => {
      for (const lane of lost) held.delete(lane);
      tell();
    },
  });
  await new Promise<void>((resolve) => process.stdin.on('end', resolve).resume());
  await member.end();
};

void main(process.argv.slice(2));
