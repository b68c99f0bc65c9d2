// The digest of a file's bytes: of pictures, and of the files of model packages.

const HEX = 16;

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const sha256Hex = async (bytes: Uint8Array): Promise<string> => {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(HEX).padStart(2, '0')).join('');
};
