import { type Grey, shrunk } from '../data/contact-sheet.js';

const SHADES = ' .:-=+*%#@';
const MOST_SIDE = 14;
const MOST_COLUMNS = 100;

/** Images in characters, two wide for each pixel so that they keep their shape; side by side as far as there is room. */
export function asciiSheet(images: readonly Grey[]): string {
  const small = images.map((image) => stretched(shrunk(image, MOST_SIDE)));
  const width = 2 * small[0].width + 2;
  const perStrip = Math.max(1, Math.floor(MOST_COLUMNS / width));
  const strips: string[] = [];
  for (let at = 0; at < small.length; at += perStrip) strips.push(strip(small.slice(at, at + perStrip)));
  return strips.join('\n\n');
}

function strip(images: readonly Grey[]): string {
  const lines = Array.from({ length: images[0].height }, (_, row) =>
    images
      .map((image) => line(image, row))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

function line({ width, data }: Grey, row: number): string {
  return Array.from({ length: width }, (_, column) => {
    const shade = Math.min(SHADES.length - 1, Math.floor(data[row * width + column] * SHADES.length));
    return SHADES[shade].repeat(2);
  }).join('');
}

/** From the least value to the greatest: 0 to 1. */
function stretched(image: Grey): Grey {
  const [low, high] = [Math.min(...image.data), Math.max(...image.data)];
  return { ...image, data: image.data.map((value) => (high > low ? (value - low) / (high - low) : 0)) };
}

const GAP = 2;
const PNG_SCALE = 2;

/** Rows of images, white on black, as a PNG. */
export async function pngSheet(rows: readonly (readonly Grey[])[]): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const { height, width } = rows[0][0];
  const across = Math.max(...rows.map((row) => row.length)) * (width + GAP);
  const pixels = rows.flatMap((row, i) =>
    row.flatMap((image, j) => pixelsOf(stretched(image), j * (width + GAP), i * (height + GAP))),
  );
  const size = `width="${across}" height="${rows.length * (height + GAP)}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} shape-rendering="crispEdges"><rect ${size}/>${pixels.join('')}</svg>`;
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: PNG_SCALE } }).render().asPng();
}

function pixelsOf({ height, width, data }: Grey, left: number, top: number): string[] {
  const pixels: string[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const shade = Math.floor(255 * data[i * width + j] + 0.5);
      if (shade === 0) continue;
      pixels.push(`<rect x="${left + j}" y="${top + i}" width="1" height="1" fill="rgb(${shade},${shade},${shade})"/>`);
    }
  }
  return pixels;
}
