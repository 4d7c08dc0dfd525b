export * from '../../src/laws/differences.js';
