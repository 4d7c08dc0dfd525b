/** Zip archives as NumPy writes them: stored or deflated, the large sizes of zip64 among them. Every byte is checked. */
import { crc32, inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  /** The contents. @throws RangeError where they are damaged, or of another size than the archive says */
  read(): Uint8Array;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const [STORED, DEFLATED] = [0, 8];
/** Signature to comment; a comment has 65,535 bytes at most. */
const [END_BYTES, MOST_COMMENT] = [22, 0xffff];
const [MOST_ENTRIES, MOST_BYTES] = [10_000, 1e9];

interface Item extends Omit<ZipEntry, 'read'> {
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly local: number;
}

/** What is in an archive; nothing is unpacked yet. @throws RangeError where it is none, is damaged, or unpacks too far */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const items = directoryOf(view, bytes);
    requireModest(items);
    const starts = items.map((item) => startOf(item, view));
    requireApart(items, starts);
    return items.map((item, i) => ({
      name: item.name,
      bytes: item.bytes,
      read: () => unpack(item, bytes.subarray(starts[i], starts[i] + item.packed)),
    }));
  } catch (error) {
    // a place that is not in the archive
    if (error instanceof RangeError && /outside the bounds/i.test(error.message))
      throw damaged('a place that it names is not in it');
    throw error;
  }
}

const damaged = (why: string) => new RangeError(`is a damaged archive: ${why}`);

function directoryOf(view: DataView, bytes: Uint8Array): Item[] {
  const end = endOf(view);
  let [count, at] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  if (count === 0xffff || at === 0xffffffff) [count, at] = end64(view, end);
  if (count > MOST_ENTRIES) throw new RangeError(`has ${count} entries, ${MOST_ENTRIES} are read at most`);
  const items: Item[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== CENTRAL) throw damaged('its list of entries is not where it should be');
    const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    items.push(itemAt(view, bytes, at, lengths));
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return items;
}

function endOf(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MOST_COMMENT); at--)
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  throw new RangeError('is no .npz archive, or is cut off: it has no list of entries at its end');
}

function end64(view: DataView, end: number): [count: number, at: number] {
  const locator = end - 20;
  if (view.getUint32(locator, true) !== LOCATOR64) throw damaged('its sizes are not where they should be');
  const at = large(view, locator + 8);
  if (view.getUint32(at, true) !== END64) throw damaged('its sizes are not where they should be');
  return [large(view, at + 32), large(view, at + 48)];
}

const large = (view: DataView, at: number) => Number(view.getBigUint64(at, true));

function itemAt(view: DataView, bytes: Uint8Array, at: number, [nameLength, extraLength]: readonly number[]): Item {
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
  const [size, packed, local] = largeSizes(
    view,
    at + 46 + nameLength,
    extraLength,
    [24, 20, 42].map((place) => view.getUint32(at + place, true)),
  );
  return {
    name,
    bytes: size,
    packed,
    local,
    method: view.getUint16(at + 10, true),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    crc: view.getUint32(at + 16, true),
  };
}

/** Sizes that have no room in 32 bits stand in an extra field, in this order. */
function largeSizes(view: DataView, from: number, length: number, sizes: readonly number[]): readonly number[] {
  if (!sizes.includes(0xffffffff)) return sizes;
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return sizes.map((size) => {
      if (size !== 0xffffffff) return size;
      next += 8;
      return large(view, next - 8);
    });
  }
  throw damaged('a size is missing');
}

function requireModest(items: readonly Item[]): void {
  const total = items.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MOST_BYTES) throw new RangeError(`unpacks to ${total} bytes, ${MOST_BYTES} are read at most`);
}

/** Where the contents of an entry begin. */
function startOf({ name, local, packed }: Item, view: DataView): number {
  if (view.getUint32(local, true) !== LOCAL) throw damaged(`${name} is not where it should be`);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > view.byteLength) throw damaged(`${name} is cut off`);
  return start;
}

/** Entries that share their bytes make much of little. */
function requireApart(items: readonly Item[], starts: readonly number[]): void {
  const ranges = items.map(({ name, local, packed }, i) => ({ name, from: local, to: starts[i] + packed }));
  ranges.sort((a, b) => a.from - b.from);
  const found = ranges.find(({ to }, i) => i + 1 < ranges.length && to > ranges[i + 1].from);
  if (found) throw damaged(`${found.name} overlaps another entry`);
}

function unpack({ name, bytes, method, encrypted, crc }: Item, packed: Uint8Array): Uint8Array {
  if (encrypted) throw new RangeError(`${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED)
    throw new RangeError(`${name} is packed by method ${method}, which is not read`);
  const contents = method === STORED ? packed : inflated(name, packed, bytes);
  if (contents.length !== bytes) throw damaged(`${name} has ${contents.length} bytes, ${bytes} are expected`);
  if (crc32(contents) !== crc) throw damaged(`${name} is not what was written (its CRC-32 is another)`);
  return contents;
}

function inflated(name: string, packed: Uint8Array, bytes: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: bytes + 1 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw damaged(
      `${name} ${code === 'ERR_BUFFER_TOO_LARGE' ? `unpacks to more than ${bytes} bytes` : `cannot be unpacked (${message})`}`,
    );
  }
}
