/** npm run outsider: all laws of the registry on what an outsider adds, without another file being touched. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyInto, laws } from './copy.js';

const folder = mkdtempSync(join(tmpdir(), 'eprbp-outsider-'));
try {
  copyInto(folder);
  // own.test.ts adds the same entries, as a plugin does
  const files = readdirSync(join(folder, 'test/laws')).filter((file) => file !== 'own.test.ts');
  const { code } = await laws(folder, files, ['*outsider*'], 'inherit');
  process.exitCode = code ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
