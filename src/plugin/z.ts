/** What options of entries are written in: these of zod's, from the program itself. All of zod would load with every command. */
export {
  array,
  boolean,
  custom,
  discriminatedUnion,
  enum,
  int,
  literal,
  number,
  object,
  record,
  strictObject,
  string,
  tuple,
  union,
  unknown,
} from 'zod';
