/** `npm run stress`: bounded, and not part of `npm test`, which has a short form of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeStressSpecs } from './specs.js';
import { stress } from './stress.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    runs: { type: 'string', default: '60' },
    hosts: { type: 'string', default: '2' },
    silence: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    within: { type: 'string', default: '1500' },
    seconds: { type: 'string', default: '1800' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'eprbp-stress-'));
const begun = performance.now();
try {
  const stressed = await stress({
    work,
    spec: writeStressSpecs(join(work, 'specs'), Number(values.runs)),
    kills: Number(values.kills),
    hosts: Number(values.hosts),
    silence: Number(values.silence),
    seed: Number(values.seed),
    within: Number(values.within),
    seconds: Number(values.seconds),
    say: (line) => console.error(line),
  });
  console.log(JSON.stringify({ ...stressed, seconds: Math.round((performance.now() - begun) / 1000) }, null, 2));
  process.exitCode = stressed.problems.length === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
