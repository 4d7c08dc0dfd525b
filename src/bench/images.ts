/** Networks of images. */
import { layerGraph } from '../model/images/layer-graph.js';
import { shapesOf } from '../model/images/shapes.js';
import { type Benchmark, lower } from './benchmark.js';
import { medianMs } from './measure.js';
import { updater } from './updates.js';

/** 5 × 5, the largest of 2 × 2: 1-32-64 channels, as of Laborieux et al. 2021 on MNIST. */
const stage = (channels: number) => ({
  ...{ channels, kernel: 5, stride: 1, padding: 0 },
  pool: { kind: 'max', size: 2 } as const,
});
const setting = { batch: 20, freeSteps: 30, secondSteps: 10 };

const convolutional: Benchmark = {
  name: 'ep-batch-conv-mnist',
  summary: 'EP update, prototypical 1-32-64 channels, 5 × 5, max pooling 2, 10 outputs, batch 20, 30 + 10 steps',
  run(seconds) {
    const update = updater(layerGraph(shapesOf([[1, 28, 28], stage(32), stage(64), 10])), setting);
    const ms = medianMs((repetitions) => {
      for (let i = 0; i < repetitions; i++) update();
    }, seconds);
    return [lower('ep-batch-conv-mnist', ms, 'ms')];
  },
};

export const images: readonly Benchmark[] = [convolutional];
