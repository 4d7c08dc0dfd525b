import type { ExampleSet, NetworkSizes } from './source.js';

export type SetSizes = Pick<ExampleSet, 'inputs' | 'outputs' | 'image'>;

/** `64 inputs, the network has 100`: what of the inputs does not fit; nothing where all does. */
export function misfit({ inputs, image }: SetSizes, network: NetworkSizes): string[] {
  const [, height, width] = network.image ?? [];
  const differs = image !== undefined && network.image !== undefined && (image[0] !== height || image[1] !== width);
  if (inputs === network.inputs && !differs) return [];
  return [
    `${imagesOf(inputs, image)}, the network has ${network.image ? imagesOf(network.inputs, network.image) : network.inputs}`,
  ];
}

const imagesOf = (inputs: number, image: readonly number[] | undefined): string =>
  image ? `images of ${image.join(' × ')} = ${inputs} inputs` : `${inputs} inputs`;
