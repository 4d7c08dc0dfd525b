import { specJsonSchema } from '../../spec/schema.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../terminal.js';

/** `eprbp schema`: what `# yaml-language-server: $schema=…` and VS Code complete from. */
export function schema(): number {
  print(JSON.stringify(specJsonSchema(), null, 2));
  return EXIT.ok;
}
