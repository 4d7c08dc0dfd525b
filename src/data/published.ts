/**
 * Data sets that anyone can download, and how to tell that a file is the one. Sizes and SHA-256 of MNIST, Fashion-MNIST and
 * KMNIST are those of TensorFlow Datasets, those of optdigits are of the files at UCI,
 * that of CIFAR-10 is of public copies of the archive of the University of Toronto.
 */
import { type Entry, entry } from '../entry.js';
import { cifarArchive } from './cifar.js';
import { csv } from './csv.js';
import { idx } from './idx.js';
import type { DataFile, DataSource } from './source.js';

export interface PublishedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface PublishedSet {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** Addresses that the paths of files are appended to, the first to try first. */
  readonly mirrors: readonly string[];
  readonly files: readonly PublishedFile[];
  create(name: string): DataSource;
}

function idxSet(name: string): DataSource {
  const pair = (which: string) => ({
    images: { set: name, path: `${which}-images-idx3-ubyte.gz` },
    labels: { set: name, path: `${which}-labels-idx1-ubyte.gz` },
  });
  return idx(pair('train'), pair('t10k'), { scale: 255 });
}

function optdigits(name: string): DataSource {
  const format = { label: 'last', scale: 16, header: false, delimiter: ',', image: [8, 8] as const };
  return csv({ set: name, path: 'optdigits.tra' }, { set: name, path: 'optdigits.tes' }, format);
}

export const published: readonly PublishedSet[] = [
  {
    name: 'mnist',
    summary: 'handwritten digits, 28 × 28, 60,000 and 10,000',
    source: 'LeCun, Bottou, Bengio & Haffner 1998',
    mirrors: ['https://storage.googleapis.com/cvdf-datasets/mnist/', 'https://ossci-datasets.s3.amazonaws.com/mnist/'],
    files: [
      {
        path: 'train-images-idx3-ubyte.gz',
        bytes: 9912422,
        sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      },
      {
        path: 'train-labels-idx1-ubyte.gz',
        bytes: 28881,
        sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      },
      {
        path: 't10k-images-idx3-ubyte.gz',
        bytes: 1648877,
        sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      },
      {
        path: 't10k-labels-idx1-ubyte.gz',
        bytes: 4542,
        sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      },
    ],
    create: idxSet,
  },
  {
    name: 'fashion-mnist',
    summary: 'pictures of clothes, 28 × 28, 60,000 and 10,000',
    source: 'Xiao, Rasul & Vollgraf 2017',
    mirrors: [
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    ],
    files: [
      {
        path: 'train-images-idx3-ubyte.gz',
        bytes: 26421880,
        sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      },
      {
        path: 'train-labels-idx1-ubyte.gz',
        bytes: 29515,
        sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      },
      {
        path: 't10k-images-idx3-ubyte.gz',
        bytes: 4422102,
        sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      },
      {
        path: 't10k-labels-idx1-ubyte.gz',
        bytes: 5148,
        sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      },
    ],
    create: idxSet,
  },
  {
    name: 'kmnist',
    summary: 'cursive Japanese characters of ten classes, 28 × 28, 60,000 and 10,000',
    source: 'Clanuwat et al. 2018',
    mirrors: ['https://codh.rois.ac.jp/kmnist/dataset/kmnist/', 'http://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
    files: [
      {
        path: 'train-images-idx3-ubyte.gz',
        bytes: 18165135,
        sha256: '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
      },
      {
        path: 'train-labels-idx1-ubyte.gz',
        bytes: 29497,
        sha256: 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17',
      },
      {
        path: 't10k-images-idx3-ubyte.gz',
        bytes: 3041136,
        sha256: 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5',
      },
      {
        path: 't10k-labels-idx1-ubyte.gz',
        bytes: 5120,
        sha256: '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c',
      },
    ],
    create: idxSet,
  },
  {
    name: 'optdigits',
    summary: 'handwritten digits, 8 × 8, 3,823 and 1,797',
    source: 'Alpaydin & Kaynak 1998',
    mirrors: ['https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/'],
    files: [
      {
        path: 'optdigits.tra',
        bytes: 563639,
        sha256: 'e1b683cc211604fe8fd8c4417e6a69f31380e0c61d4af22e93cc21e9257ffedd',
      },
      {
        path: 'optdigits.tes',
        bytes: 264712,
        sha256: '6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8',
      },
    ],
    create: optdigits,
  },
  {
    name: 'cifar10',
    summary: 'pictures of ten classes in three channels, 32 × 32, 50,000 and 10,000',
    source: 'Krizhevsky 2009',
    mirrors: ['https://www.cs.toronto.edu/~kriz/'],
    files: [
      {
        path: 'cifar-10-binary.tar.gz',
        bytes: 170052171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      },
    ],
    create: (name) => cifarArchive({ set: name, path: 'cifar-10-binary.tar.gz' }),
  },
];

/** What was published of a file in the cache. */
export function publishedFile(file: Extract<DataFile, { set: string }>): PublishedFile {
  const set = published.find(({ name }) => name === file.set);
  return set!.files.find(({ path }) => path === file.path)!;
}

/** Each set by its name; its files are looked for in the cache. */
export const publishedEntries: Readonly<Record<string, Entry<DataSource>>> = Object.fromEntries(
  published.map(({ name, summary, source, create }) => [
    name,
    entry({
      name,
      summary: `${summary} (eprbp data fetch ${name})`,
      source,
      options: {},
      create: () => create(name),
    }),
  ]),
);
