/** The same array for Kubernetes: an Indexed Job, of a search one for each rung, printed and never applied. */
import { createHash } from 'node:crypto';
import { isAbsolute, normalize } from 'node:path';
import { stringify } from 'yaml';
import { UserError } from '../errors.js';
import { keyOf, rungsAfter, runWords, type Standing, type Submission } from './submission.js';

/** What only who runs the cluster knows. */
export interface Place {
  readonly image: string;
  /** A claim on a volume that all pods may write to, with the specs as they lie in this folder. */
  readonly claim: string;
}

/** Where the volume is, in a container. */
const FOLDER = '/work';
/** What a pod may take to keep what it is at. */
const GRACE_S = 60;

/**
 * The manifest. A pod that is evicted costs nothing; one that fails is tried again twice; of a mistake in a spec (exit code
 * 2) all end, and failed assertions (3) are not tried again. A search is a job for each of its rungs that is left, of which the
 * first begins. Names say what is left: what has come further is another job.
 * @throws UserError where a path leads out of the folder
 */
export function indexedJobs(submission: Submission, standing: Standing, place: Place): string {
  const { specs, out, plans } = submission;
  for (const path of [...specs, out]) requireInside(path);
  const left = createHash('sha256')
    .update(JSON.stringify([standing.finished, standing.open]))
    .digest('hex')
    .slice(0, DIGITS);
  const name = `${label(plans.map((plan) => plan.name).join('-'))}-${keyOf(submission)}-${left}`;
  const count = 1 + rungsAfter(submission, standing);
  const names = Array.from({ length: count }, (_, i) => (count === 1 ? name : `${name}-rung-${standing.rung + i + 1}`));
  const jobs = names.map((one, i) => stringify(indexedJob(submission, place, one, i > 0), { lineWidth: 0 }));
  return `${HEAD}${count === 1 ? '' : inTurn(names)}${jobs.join('---\n')}`;
}

const DIGITS = 6;

function indexedJob(submission: Submission, { image, claim }: Place, name: string, suspend: boolean): object {
  const { tasks } = submission;
  const container = {
    name: 'eprbp',
    image,
    workingDir: FOLDER,
    command: ['eprbp', ...runWords(submission, ['--shard', `auto/${tasks}`])],
    resources: { requests: { cpu: '1' }, limits: { cpu: '1' } },
    volumeMounts: [{ name: 'work', mountPath: FOLDER }],
  };
  const failing = (action: string, code: number) => ({
    action,
    onExitCodes: { containerName: container.name, operator: 'In', values: [code] },
  });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      ...(suspend && { suspend }),
      completionMode: 'Indexed',
      completions: tasks,
      parallelism: tasks,
      backoffLimitPerIndex: 2,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
          failing('FailJob', 2),
          failing('FailIndex', 3),
        ],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: GRACE_S,
          containers: [container],
          volumes: [{ name: 'work', persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
}

const HEAD = `# kubectl apply -f this file. A pod does one part of all runs. When the job is over:
# eprbp run SPEC… --finished --report  judges, draws and reports what is there; submit --print again gives a job for what is missing.
`;

/** Names are those of labels: a shell takes them as they are. */
function inTurn(names: readonly string[]): string {
  const steps = names.slice(1).map(
    (name, i) => `# kubectl wait --for=condition=complete --timeout=-1s job/${names[i]} &&
#   kubectl patch job/${name} --type=merge -p '{"spec":{"suspend":false}}'
`,
  );
  return `# A job is a rung of the search: the first begins, the others wait until each is let go when the one before it is complete:
${steps.join('')}`;
}

function requireInside(path: string): void {
  const inside = normalize(path);
  if (!isAbsolute(inside) && inside !== '..' && !inside.startsWith('../')) return;
  throw new UserError({
    where: { file: path },
    message: 'is not in this folder, which is what the claim stands for in a container',
    hint: 'give it relative to the folder that is on the volume',
  });
}

/** With what is behind it a label of 63 characters. */
const LONGEST_NAME = 30;

/** Of a name what a label of DNS may have. */
function label(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME);
  return `eprbp-${plain}`.replace(/-+$/, '');
}
