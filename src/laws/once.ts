/** What is enumerated when it is first asked for, after entries that are tried have come into the registry. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
