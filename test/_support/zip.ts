/** Zip archives of any kind of wrongness. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Packed {
  readonly name: string;
  readonly contents: Uint8Array;
  readonly deflate?: boolean;
  /** What the archive says, where it is not so. */
  readonly says?: {
    readonly bytes?: number;
    readonly crc?: number;
    readonly local?: number;
    readonly method?: number;
    readonly flags?: number;
  };
  /** Sizes in 64 bits. */
  readonly large?: boolean;
}

export function zipOf(entries: readonly Packed[], { large = false, comment = '' } = {}): Buffer {
  const [locals, list]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const { name, contents, deflate = false, says = {}, large: wide = false } of entries) {
    const data = deflate ? deflateRawSync(contents) : Buffer.from(contents);
    const { bytes = contents.length, crc = crc32(contents), local = at, method = deflate ? 8 : 0, flags = 0 } = says;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(45, 0);
    head.writeUInt16LE(flags, 2);
    head.writeUInt16LE(method, 4);
    head.writeUInt32LE(crc, 10);
    head.writeUInt32LE(wide ? 0xffffffff : data.length, 14);
    head.writeUInt32LE(wide ? 0xffffffff : bytes, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const extra = Buffer.alloc(wide ? 28 : 0);
    if (wide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(bytes), 4);
      extra.writeBigUInt64LE(BigInt(data.length), 12);
      extra.writeBigUInt64LE(BigInt(local), 20);
    }
    head.writeUInt16LE(extra.length, 24);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), head, Buffer.from(name), extra, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(wide ? 0xffffffff : local, 10);
    list.push(Buffer.from('PK\x01\x02\x2d\x00', 'latin1'), head, tail, Buffer.from(name), extra);
    at += 30 + Buffer.byteLength(name) + extra.length + data.length;
  }
  const directory = Buffer.concat(list);
  return Buffer.concat([...locals, directory, ...endOf(entries.length, directory.length, at, large, comment)]);
}

function endOf(count: number, size: number, at: number, large: boolean, comment: string): Buffer[] {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  for (const place of [8, 10]) end.writeUInt16LE(large ? 0xffff : count, place);
  end.writeUInt32LE(large ? 0xffffffff : size, 12);
  end.writeUInt32LE(large ? 0xffffffff : at, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  if (!large) return [end, Buffer.from(comment)];
  const [end64, locator] = [Buffer.alloc(56), Buffer.alloc(20)];
  end64.write('PK\x06\x06', 'latin1');
  end64.writeBigUInt64LE(44n, 4);
  for (const place of [24, 32]) end64.writeBigUInt64LE(BigInt(count), place);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(at), 48);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(at + size), 8);
  locator.writeUInt32LE(1, 16);
  return [end64, locator, end, Buffer.from(comment)];
}
