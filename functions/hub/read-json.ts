// Reads a repository's JSON files; what is not as it should be is told in one line.
import type * as z from 'zod';
import { HubError } from './hub-error.ts';

/** Checked data. @throws HubError that names the file, the place and what is wrong there */
export const checked = <T extends z.ZodType>(value: unknown, path: string, schema: T): z.output<T> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HubError(
    `Expected ${path} to describe a model that can be converted: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is wrong'}`,
  );
};

/** The JSON in a file. @throws HubError when it is none */
export const parseJson = (bytes: Uint8Array, path: string): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new HubError(`Expected ${path} to be JSON but it is not`, error);
  }
};
