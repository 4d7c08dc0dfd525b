export * from '../../src/laws/bench.js';
