/** What the examples are made for; the agent and the project by their ids, or placeholders. */
export interface Target {
  origin: string;
  project: string;
  agent: string;
}

const download = "curl -fsSO $MUSTER_URL/cli.mjs";
const run = ({ agent }: Target): string =>
  `node cli.mjs run --agent ${agent} --wait --timeout 50m --junit results.xml`;

/** A job of GitHub Actions. */
export const githubExample = (target: Target): string => `jobs:
  tests:
    runs-on: ubuntu-latest
    env:
      MUSTER_URL: ${target.origin}
      MUSTER_PROJECT: "${target.project}"
      MUSTER_TOKEN: \${{ secrets.MUSTER_TOKEN }}
    steps:
      - run: |
          ${download}
          ${run(target)}`;

/** A job of GitLab CI. */
export const gitlabExample = (target: Target): string => `tests:
  image: node:22
  variables:
    MUSTER_URL: ${target.origin}
    MUSTER_PROJECT: "${target.project}"
  script:
    - ${download}
    - ${run(target)}
  artifacts: { when: always, reports: { junit: results.xml } }`;

/** A stage of Jenkins. */
export const jenkinsExample = (target: Target): string => `stage('Tests') {
  environment {
    MUSTER_URL = '${target.origin}'
    MUSTER_PROJECT = '${target.project}'
    MUSTER_TOKEN = credentials('muster-token')
  }
  steps {
    sh '${download} && ${run(target)}'
  }
  post { always { junit 'results.xml' } }
}`;
