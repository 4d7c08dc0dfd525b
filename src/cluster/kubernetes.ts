/** The same array for Kubernetes: an Indexed Job, printed and never applied. */
import { isAbsolute, normalize } from 'node:path';
import { stringify } from 'yaml';
import { UserError } from '../errors.js';
import { keyOf, runWords, type Submission } from './submission.js';

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
 * 2) all end, and failed assertions (3) are not tried again.
 * @throws UserError where a path leads out of the folder
 */
export function indexedJob(submission: Submission, { image, claim }: Place): string {
  const { specs, out, tasks, plans } = submission;
  for (const path of [...specs, out]) requireInside(path);
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
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${label(plans.map(({ name }) => name).join('-'))}-${keyOf(submission)}` },
    spec: {
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
  return `${HEAD}${stringify(job, { lineWidth: 0 })}`;
}

const HEAD = `# kubectl apply -f this file. A pod does one part of all runs. When the job is over:
# eprbp run SPEC… --finished --report  judges, draws and reports what is there; the same job again does what is missing.
`;

function requireInside(path: string): void {
  const inside = normalize(path);
  if (!isAbsolute(inside) && inside !== '..' && !inside.startsWith('../')) return;
  throw new UserError({
    where: { file: path },
    message: 'is not in this folder, which is what the claim stands for in a container',
    hint: 'give it relative to the folder that is on the volume',
  });
}

/** Of a name what a label of DNS may have. */
function label(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return `eprbp-${plain}`.replace(/-+$/, '');
}
