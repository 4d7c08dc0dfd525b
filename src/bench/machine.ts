import { cpus, totalmem } from 'node:os';
import { backend } from '../numerics/current-backend.js';
import { threadCount } from '../numerics/wasm.js';
import { version } from '../package.js';

/** What the figures were measured on. */
export function machine() {
  const { name, precision, details } = backend();
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_bytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    eprbp: version,
    threads: threadCount(),
    backend: name,
    precision,
    backend_details: details,
  };
}
