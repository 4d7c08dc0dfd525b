import * as z from 'zod';
import { MOST, remembered } from '../../entry.js';
import type { Predicting } from '../predictive/predictions.js';
import { tensor } from '../tensor.js';
import { topology } from '../topology.js';
import { LONGEST } from './expression.js';
import { NAME } from './functions.js';
import { type ExpressionGraph, expressionGraph, type GraphChoice, graphProblems } from './graph.js';
import { expressionPredictions } from './predictions.js';

/** A graph of scalars as a network: one block of its nodes, and a parameter for every name that is none. */
function scalarGraph(graph: ExpressionGraph): Predicting {
  const { nodes, outputs, inputs, parameters, delays } = graph;
  const units = nodes.map(({ name }) => name);
  return {
    name: 'scalar-graph',
    inputs: inputs.length,
    outputs: { block: 's', from: units.length - outputs, to: units.length },
    states: [tensor({ name: 's', kind: 'state', shape: [units.length], layer: 1, units })],
    parameters: parameters.map((name) => tensor({ name, kind: 'coupling', shape: [], layer: 1 })),
    ...(delays && { delays: [delays] }),
    asksActivation: false,
    predictions: (theta, x) => expressionPredictions(graph, theta, x),
  };
}

/** Of options as the spec has them: read once. */
const problemsOf = remembered(graphProblems);
const graphOf = remembered(expressionGraph);
const made = remembered((choice: GraphChoice) => scalarGraph(graphOf(choice)));

const name = () => z.string().regex(NAME, 'must be letters, digits and _, a letter first');

export const scalarGraphEntry = topology({
  name: 'scalar-graph',
  summary: 'scalars, each an expression of others, of inputs and of parameters, without circles',
  options: {
    nodes: z
      .record(name(), z.string().max(LONGEST))
      .refine((nodes) => Object.keys(nodes).length <= MOST.layers, `must be ${MOST.layers} at most`)
      .describe("scalars by name, each an expression: {v1: 'theta * x0', v2: 'sqrt(v1)'}; other names are parameters"),
    outputs: z.array(name()).min(1).max(MOST.items).describe('which nodes have targets, in this order'),
    inputs: z
      .array(name())
      .max(MOST.items)
      .optional()
      .describe('names that stand for the inputs, in this order; default none'),
  },
  gives: ['predictions'],
  examples: [
    {
      inputs: ['x0'],
      nodes: { v1: 'tanh(a * x0 + b)', v2: 'c * sin(v1) + x0^2 / 4', v3: 'exp(-v2^2) + v1 * v2 / 2' },
      outputs: ['v3'],
    },
  ],
  problems: (choice) => [...problemsOf(choice)],
  label: ({ nodes }) => `of ${Object.keys(nodes).length} nodes`,
  create: (choice) => made(choice),
});
