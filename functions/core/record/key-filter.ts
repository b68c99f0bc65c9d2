// Which keys an upload would be captioned for: the same choice as the event rule and the state machine of the stack.

/** Which keys the service captions; empty lists: all. Nothing below `outputPrefix`, unless it is empty. */
export type KeyFilter = { keyPrefixes: readonly string[]; keySuffixes: readonly string[]; outputPrefix: string };

/** Whether a key is of the service's own files, such as spoken texts: never captioned, whatever its suffix. */
export const isOwnFile = (key: string, outputPrefix: string): boolean => outputPrefix !== '' && key.startsWith(outputPrefix);

const matches = (key: string, prefix: string, suffix: string): boolean =>
  key.length >= prefix.length + suffix.length && key.startsWith(prefix) && key.endsWith(suffix);

const orAll = (parts: readonly string[]): readonly string[] => (parts.length === 0 ? [''] : parts);

/** Whether a key is to be captioned; those of folders are not. */
export const isWanted = (key: string, { keyPrefixes, keySuffixes, outputPrefix }: KeyFilter): boolean => {
  if (key.endsWith('/') || isOwnFile(key, outputPrefix)) return false;
  return orAll(keyPrefixes).some((prefix) => orAll(keySuffixes).some((suffix) => matches(key, prefix, suffix)));
};
