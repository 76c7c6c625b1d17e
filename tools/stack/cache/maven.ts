/** Takes jars and archives from Maven repositories, through Maven itself and its settings. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun, needCommand } from '../processes/run-command';

/** `group:artifact:version`. */
export type Coordinates = `${string}:${string}:${string}`;

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const TIMEOUT_MS = 600_000;

/** Copies these artefacts with all they need at run time into `folder`. */
export const copyJars = async (
  artefacts: readonly Coordinates[],
  folder: string,
): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-maven-'));
  try {
    writeFileSync(join(work, 'pom.xml'), pomOf(artefacts));
    await maven(
      [`${PLUGIN}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`],
      work,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** Copies one file without what it depends on to `file`. */
export const copyArtefact = async (
  coordinates: Coordinates,
  type: string,
  file: string,
): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-maven-'));
  const [, artifact = '', version = ''] = coordinates.split(':');
  try {
    await maven(
      [
        `${PLUGIN}:copy`,
        `-Dartifact=${coordinates}:${type}`,
        `-DoutputDirectory=${work}`,
        '-Dmdep.useBaseVersion=true',
      ],
      work,
    );
    copyFileSync(join(work, `${artifact}-${version}.${type}`), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const maven = async (args: readonly string[], cwd: string): Promise<void> => {
  needJava();
  needCommand('mvn', 'Maven fetches the engines (Debian: apt-get install maven)');
  await mustRun('mvn', ['-B', '-q', ...args], { cwd, timeoutMs: TIMEOUT_MS });
};

/** @throws Error that says what to install when there is no Java */
export const needJava = (): void =>
  needCommand(
    'java',
    'Java 17 or newer runs them (Debian: apt-get install openjdk-17-jdk-headless)',
  );

const pomOf = (artefacts: readonly Coordinates[]): string => {
  const dependencies = artefacts.map((coordinates) => {
    const [group = '', artifact = '', version = ''] = coordinates.split(':');
    return `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId><artifactId>engines</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
};
