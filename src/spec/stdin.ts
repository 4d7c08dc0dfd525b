/** What a spec is called that comes on stdin; paths in it are relative to the folder that the program runs in. */
export const STDIN = '<stdin>';
