/** What a file is by its first bytes, whatever its name says. */

interface Signature {
  readonly what: string;
  /** Where the bytes stand. */
  readonly at?: number;
  readonly bytes: string;
}

/** `bytes` in Latin-1: one character a byte. The first that fits counts. */
const signatures: readonly Signature[] = [
  { what: 'a gzip file', bytes: '\x1f\x8b' },
  { what: 'a NumPy array (.npy)', bytes: '\x93NUMPY' },
  { what: 'a zip archive (.npz, .zip, .xlsx, .pt)', bytes: 'PK\x03\x04' },
  { what: 'a zip archive without files', bytes: 'PK\x05\x06' },
  { what: 'a PNG image', bytes: '\x89PNG\r\n' },
  { what: 'a JPEG image', bytes: '\xff\xd8\xff' },
  { what: 'a GIF image', bytes: 'GIF8' },
  { what: 'a TIFF image', bytes: 'II*\0' },
  { what: 'a TIFF image', bytes: 'MM\0*' },
  { what: 'a WebP image', at: 8, bytes: 'WEBPVP8' },
  { what: 'a PDF document', bytes: '%PDF-' },
  { what: 'an HDF5 file (.h5, .mat of version 7.3)', bytes: '\x89HDF\r\n' },
  { what: 'a MATLAB file (.mat)', bytes: 'MATLAB 5.0 MAT-file' },
  { what: 'a Parquet file', bytes: 'PAR1' },
  { what: 'an Arrow or Feather file', bytes: 'ARROW1' },
  { what: 'an SQLite database', bytes: 'SQLite format 3\0' },
  { what: 'a Python pickle', bytes: '\x80\x02' },
  { what: 'a Python pickle', bytes: '\x80\x03' },
  { what: 'a Python pickle', bytes: '\x80\x04\x95' },
  { what: 'a Python pickle', bytes: '\x80\x05\x95' },
  { what: 'a WebAssembly module', bytes: '\0asm' },
  { what: 'a program (ELF)', bytes: '\x7fELF' },
  { what: 'a bzip2 file', bytes: 'BZh' },
  { what: 'an xz file', bytes: '\xfd7zXZ\0' },
  { what: 'a Zstandard file', bytes: '\x28\xb5\x2f\xfd' },
  { what: 'a 7-Zip archive', bytes: '7z\xbc\xaf' },
  { what: 'a tar archive', at: 257, bytes: 'ustar' },
  ...[8, 9, 11, 12, 13, 14].map((type) => ({
    what: 'an IDX file (as those of MNIST)',
    bytes: `\0\0${String.fromCharCode(type)}`,
  })),
];

/** What bytes that begin so are known to be; undefined of text, and of what is not known. */
export function signatureOf(bytes: Uint8Array): string | undefined {
  return signatures.find(({ at = 0, bytes: expected }) => holds(bytes, at, expected))?.what;
}

function holds(bytes: Uint8Array, at: number, expected: string): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected.charCodeAt(i)) return false;
  return true;
}
