/** Small pictures inside a figure. */
import { crc32 } from 'node:zlib';
import { zlibSync } from 'fflate';

export type Colour = readonly [red: number, green: number, blue: number];

/** A PNG (RGB, 8 bits) as a data URI; the bytes do not depend on the machine. @param at the colour of a pixel. */
export function pngUri(width: number, height: number, at: (x: number, y: number) => Colour): string {
  const line = 1 + 3 * width;
  const pixels = new Uint8Array(height * line);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.set(at(x, y), y * line + 1 + 3 * x);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const file = [signature, chunk('IHDR', header), chunk('IDAT', zlibSync(pixels, { level: 9 })), chunk('IEND')];
  return `data:image/png;base64,${Buffer.concat(file).toString('base64')}`;
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
