import { runJsonSchema } from '../../metrics/record-schema.js';
import { specJsonSchema } from '../../spec/schema.js';
import { EXIT } from '../exit-codes.js';
import { printJson } from '../terminal.js';

const schemas = { spec: specJsonSchema, run: runJsonSchema };

/** `eprbp schema`: what `# yaml-language-server: $schema=…` and VS Code complete from, and what readers of run.json find. */
export function schema({ of }: { of: keyof typeof schemas }): number {
  printJson(schemas[of](), 2);
  return EXIT.ok;
}
