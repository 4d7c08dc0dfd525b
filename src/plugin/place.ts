/** Where a text first names a module in quotes. Lines and columns count from 1. */
export function placeOf(
  text: string,
  specifier: string,
  file: string,
): { file: string; line?: number; column?: number } {
  const lines = text.split('\n');
  const quoted = [`'${specifier}`, `"${specifier}`];
  const line = lines.findIndex((one) => quoted.some((start) => one.includes(start)));
  if (line < 0) return { file };
  const column = Math.max(...quoted.map((start) => lines[line].indexOf(start))) + 1;
  return { file, line: line + 1, column };
}
