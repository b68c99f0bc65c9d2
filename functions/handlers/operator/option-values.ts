// Values of options as they are written on the command line.
import { UsageError } from '../../core/errors.ts';

/** A whole number of at least 1; infinite when it is not given. @throws UsageError naming the option */
export const count = (option: string, text: string | undefined): number => {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`Expected a whole number of at least 1 for --${option} but received "${text}"`);
};

/** US dollars. @throws UsageError naming the option */
export const usd = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(`Expected US dollars such as 2.50 for --${option} but received "${text}"`);
};

/** name@version. @throws UsageError naming the option */
export const modelName = (option: string, text: string | undefined): string | undefined => {
  if (text === undefined || /^[^\s@]+@[^\s@]+$/.test(text)) return text;
  throw new UsageError(`Expected NAME@VERSION, as records name models, for --${option} but received "${text}"`);
};
