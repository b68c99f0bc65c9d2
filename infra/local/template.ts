// A CloudFormation template as the local run reads it, and the error for what it cannot run.

import { z } from 'zod';
import { CodedError } from '../../functions/core/errors.ts';
import type { Resolve } from './intrinsics.ts';

/** The template asks for something that the local run does not know, or that AWS would refuse. One line for people. */
export class TemplateError extends CodedError {
  constructor(message: string) {
    super('USAGE', message);
  }
}

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});

const template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.string().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.string().optional() })).default({}),
});

/** A resource; its properties still have intrinsic functions in them. */
export type Resource = z.infer<typeof resource>;

/** A template, checked as far as every template is alike. */
export type Template = z.infer<typeof template>;

/** Names that hold for everything that runs on this machine. */
export const HERE = { region: 'us-east-1', account: '000000000000', partition: 'aws', urlSuffix: 'amazonaws.com' } as const;

const issueLine = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; ');

/** @throws TemplateError */
export const readTemplate = (json: unknown): Template => {
  const result = template.safeParse(json);
  if (result.success) return result.data;
  throw new TemplateError(`the template cannot be read: ${issueLine(result.error)}`);
};

/** Resolved properties in the form that the local run needs. @throws TemplateError naming the resource */
export const propertiesOf = <T>(id: string, type: string, schema: z.ZodType<T>, resolved: unknown): T => {
  const result = schema.safeParse(resolved);
  if (result.success) return result.data;
  throw new TemplateError(`${id} (${type}) is not as the local run knows it: ${issueLine(result.error)}`);
};

/** The resources of a template: those of some types, and the properties of one, resolved, in the form that the local run needs. */
export const resourcesOf = (template: Template, resolve: Resolve) => ({
  ofType: (...types: string[]): [string, Resource][] => Object.entries(template.Resources).filter(([, one]) => types.includes(one.Type)),
  /** @throws TemplateError naming the resource */
  read: <T>([id, { Type, Properties }]: [string, Resource], schema: z.ZodType<T>): T => propertiesOf(id, Type, schema, resolve(Properties)),
});
