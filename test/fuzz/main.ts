/** `npm run fuzz`: bounded, and not part of `npm test`, which tries a few hundred. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.js';

const { values } = parseArgs({
  options: { specs: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const work = mkdtempSync(join(tmpdir(), 'eprbp-fuzz-'));
try {
  console.log(JSON.stringify(fuzz(work, Number(values.specs), Number(values.seed)), null, 2));
} finally {
  rmSync(work, { recursive: true, force: true });
}
