export * from '../../src/laws/numbers.js';
