/** A drawn figure as a PDF: vectors, its fonts embedded, the same bytes on every machine. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { zlibSync } from 'fflate';
import { UserError } from '../errors.js';
import { fontFiles } from './fonts.js';

/** What is used of pdfkit, which has no types. */
interface Document extends AsyncIterable<Uint8Array> {
  registerFont(name: string, file: string): this;
  font(name: string): this;
  readonly _font: Font;
  ref(data: object): Reference;
  end(): void;
}

interface Font {
  encode(text: string): [glyphs: readonly string[], places: readonly Place[]];
}

interface Place {
  readonly advanceWidth: number;
  readonly yOffset: number;
}

interface Reference {
  readonly data: { Filter?: unknown };
  buffer: Uint8Array[];
  finalize(): void;
}

interface Libraries {
  readonly PDFDocument: new (options: object) => Document;
  readonly draw: (document: Document, svg: string, x: number, y: number, options: object) => void;
}

/** Packages that are optional: drawn is without them, too. */
const PDF_PACKAGES = ['pdfkit', 'svg-to-pdfkit'] as const;

/** @throws UserError where they are not installed */
function libraries(load: (name: string) => unknown): Libraries {
  try {
    const [PDFDocument, draw] = PDF_PACKAGES.map((name) => load(name)) as [Libraries['PDFDocument'], Libraries['draw']];
    return { PDFDocument, draw };
  } catch {
    const message = `format pdf is drawn by the packages ${PDF_PACKAGES.join(' and ')}, which are not installed`;
    throw new UserError({ message, hint: `npm install ${PDF_PACKAGES.join(' ')}, or leave it out of format` });
  }
}

/** Dates are part of a PDF; a figure has none. */
const NEVER = new Date(0);

/** @param paper width and height in points @param load what gives a package @throws UserError where it is not there */
export async function renderPdf(
  svg: string,
  title: string,
  paper: readonly [number, number],
  load = createRequire(import.meta.url) as (name: string) => unknown,
): Promise<Uint8Array> {
  const { PDFDocument, draw } = libraries(load);
  const info = { Title: title, Producer: 'eprbp', Creator: 'eprbp', CreationDate: NEVER, ModDate: NEVER };
  // Node's zlib differs between its versions
  const Packing = packing(PDFDocument);
  const document = new Packing({ size: paper, margin: 0, compress: false, info, font: null });
  for (const [weight, file] of Object.entries(fontFiles)) {
    document.registerFont(weight, fileURLToPath(file)).font(weight);
    placeMarks(document._font);
  }
  draw(document, drawable(svg, paper), 0, 0, {
    width: paper[0],
    height: paper[1],
    assumePt: true,
    fontCallback: (_family: string, bold: boolean) => (bold ? 'bold' : 'normal'),
    warningCallback: () => undefined,
  });
  document.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of document) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** svg-to-pdfkit takes points alone, and no dash without a gap. */
function drawable(svg: string, [width, height]: readonly [number, number]): string {
  return svg
    .replace(/ width="[\d.]+mm" height="[\d.]+mm"/, ` width="${width}" height="${height}"`)
    .replace(/ stroke-dasharray="[\d.]+,0"/g, '');
}

/** svg-to-pdfkit leaves out what has no width, and takes up for down: accents, such as that of S̄, would be missing. */
function placeMarks(font: Font): void {
  const encode = font.encode.bind(font);
  font.encode = (text) => {
    const [glyphs, places] = encode(text);
    return [
      glyphs,
      places.map((place) => ({ ...place, advanceWidth: place.advanceWidth || 1, yOffset: -place.yOffset })),
    ];
  };
}

/** A document whose streams are packed as they are finished. */
function packing(PDFDocument: Libraries['PDFDocument']): Libraries['PDFDocument'] {
  return class extends PDFDocument {
    override ref(data: object): Reference {
      const reference = super.ref(data);
      const finalize = reference.finalize.bind(reference);
      reference.finalize = () => {
        if (reference.buffer.length > 0 && !reference.data.Filter) {
          reference.buffer = [zlibSync(Buffer.concat(reference.buffer), { level: 9 })];
          reference.data.Filter = 'FlateDecode';
        }
        finalize();
      };
      return reference;
    }
  };
}
