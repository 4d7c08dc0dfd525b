import type { ExampleSet, NetworkSizes } from './source.js';

export type SetSizes = Pick<ExampleSet, 'inputs' | 'outputs' | 'image' | 'planes'>;

/** `64 inputs, the network has 100`: what of the inputs does not fit; nothing where all does. */
export function misfit({ inputs, image, planes }: SetSizes, network: NetworkSizes): string[] {
  const given = planes ?? (image && [1, ...image]);
  const differs = given !== undefined && network.image !== undefined && String(given) !== String(network.image);
  if (inputs === network.inputs && !differs) return [];
  return [
    `${imagesOf(inputs, planes ?? image)}, the network has ${network.image ? imagesOf(network.inputs, network.image) : network.inputs}`,
  ];
}

const imagesOf = (inputs: number, image: readonly number[] | undefined): string =>
  image ? `images of ${image.join(' × ')} = ${inputs} inputs` : `${inputs} inputs`;
