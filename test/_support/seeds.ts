export * from '../../src/laws/seeds.js';
