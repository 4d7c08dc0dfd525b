import * as z from 'zod';

const list = z.array(z.number());
const matrix = z.array(list);
/** A convolution's has four indices. */
const tensor = z.union([z.number(), list, matrix, z.array(matrix), z.array(z.array(matrix))]);

/** Of what a file calls the parameters: tensor of the network → tensor of the file. */
const tensorMap = z.union([
  z.literal('torch'),
  z.record(
    z.string(),
    z.union([z.string(), z.strictObject({ name: z.string(), transpose: z.boolean().default(false) })]),
  ),
]);

export type TensorMap = z.output<typeof tensorMap>;

export const explicitParameters = z
  .union([
    z.strictObject({
      file: z.string().describe('JSON file {"W1": [[…]], "b1": […], …} or .npz archive, relative to the spec'),
      map: tensorMap
        .optional()
        .describe(
          'torch: names and shapes of a PyTorch state_dict, layer by layer; or {W1: name, W2: {name, transpose}, …}',
        ),
    }),
    z.record(z.string(), tensor),
  ])
  .describe('explicit parameters, all of them: inline, or from a file');

/** What a part of a spec says that may bring its own parameters. */
export interface WithParameters {
  readonly parameters?: z.output<typeof explicitParameters> | undefined;
}
