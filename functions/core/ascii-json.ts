// JSON in ASCII alone: queues and buses refuse some characters that keys may have, and none of them may be changed on the way.

const CODE_DIGITS = 4;
const HEXADECIMAL = 16;

/** The value as JSON; every character outside printable ASCII is escaped. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(HEXADECIMAL).padStart(CODE_DIGITS, '0')}`);
