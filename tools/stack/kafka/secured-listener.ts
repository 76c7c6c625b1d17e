/** Certificates and settings of a listener that asks for TLS, name and password. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder } from '../cache/cached-folder';
import { mustRun, needCommand } from '../processes/run-command';
import { SECURED_USER } from './kafka-software';

/** Files of an authority of our own and of the one certificate it signed. */
export interface Certificates {
  /** PKCS 12 with key and chain of the brokers. */
  readonly keystore: string;
  readonly caPem: string;
}

const PASSWORD = 'loopback-only';
const VALID_DAYS = '3650';
const STORE = ['-storetype', 'PKCS12', '-storepass', PASSWORD, '-noprompt'];

/** Made once per machine: keytool takes about 4 s. */
export const certificates = async (): Promise<Certificates> => {
  const folder = await cachedFolder({
    name: 'loopback-certificates',
    what: 'certificates for the loopback',
    make: makeCertificates,
  });
  return {
    keystore: join(folder, 'broker.p12'),
    caPem: readFileSync(join(folder, 'ca.pem'), 'utf8'),
  };
};

const makeCertificates = async (folder: string): Promise<void> => {
  needCommand('keytool', 'it comes with Java (Debian: apt-get install openjdk-17-jdk-headless)');
  const ca = ['-keystore', join(folder, 'ca.p12'), '-alias', 'ca', ...STORE];
  const broker = ['-keystore', join(folder, 'broker.p12'), ...STORE];
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', VALID_DAYS];
  const caPem = join(folder, 'ca.pem');
  const request = join(folder, 'broker.csr');
  const signed = join(folder, 'broker.pem');
  const run = (...args: readonly string[]): Promise<unknown> => mustRun('keytool', args);
  await run('-genkeypair', ...ca, ...key, '-dname', 'CN=Millrace stack', '-ext', 'bc:c');
  await run('-exportcert', '-rfc', ...ca, '-file', caPem);
  await run('-genkeypair', ...broker, '-alias', 'broker', ...key, '-dname', 'CN=localhost');
  await run('-certreq', ...broker, '-alias', 'broker', '-file', request);
  const names = ['-ext', 'san=ip:127.0.0.1,dns:localhost'];
  const sign = ['-validity', VALID_DAYS, '-rfc', ...names, '-infile', request, '-outfile', signed];
  await run('-gencert', ...ca, ...sign);
  await run('-importcert', ...broker, '-alias', 'ca', '-file', caPem);
  await run('-importcert', ...broker, '-alias', 'broker', '-file', signed);
};

/** Lines of `server.properties` for the listener SECURED. */
export const securedSettings = ({ keystore }: Certificates): Readonly<Record<string, string>> => {
  const { user, password } = SECURED_USER;
  const login = 'org.apache.kafka.common.security';
  const listener = 'listener.name.secured';
  return {
    [`${listener}.ssl.keystore.type`]: 'PKCS12',
    [`${listener}.ssl.keystore.location`]: keystore,
    [`${listener}.ssl.keystore.password`]: PASSWORD,
    [`${listener}.ssl.key.password`]: PASSWORD,
    [`${listener}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256',
    [`${listener}.plain.sasl.jaas.config`]: `${login}.plain.PlainLoginModule required user_${user}="${password}";`,
    [`${listener}.scram-sha-256.sasl.jaas.config`]: `${login}.scram.ScramLoginModule required;`,
  };
};
