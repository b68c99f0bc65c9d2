// Looks into a synthesized template without knowing its logical ids.

/** JSON, as a template is. */
export type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };

/** A resource of a template. */
export type Resource = {
  Type: string;
  Properties?: { [name: string]: Json };
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  [attribute: string]: Json;
};

/** A CloudFormation template. */
export type Template = {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: Json }>;
  Parameters?: Record<string, Json>;
};

/** A resource with its logical id. */
export type Found = { id: string; resource: Resource };

/** What is at a path of names and places; undefined when there is nothing. */
export const at = (value: Json, ...path: (string | number)[]): Json => {
  let here: Json = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Array.isArray(here) ? here[Number(step)] : here[step];
  }
  return here;
};

/** A property of a resource. */
export const property = ({ resource }: Found, ...path: (string | number)[]): Json => at(resource.Properties, ...path);

/** All resources of a type. */
export const ofType = (template: Template, type: string): Found[] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, resource }));

/** Lists stay lists; everything else is a list of one, nothing of none. */
export const list = (value: Json): Json[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** The logical id that a Ref or Fn::GetAtt names, also inside of a Fn::Join. */
export const refersTo = (value: Json): string | undefined => {
  const ref = at(value, 'Ref') ?? at(value, 'Fn::GetAtt', 0);
  if (typeof ref === 'string') return ref;
  return list(at(value, 'Fn::Join', 1))
    .map(refersTo)
    .find((id) => id !== undefined && !id.startsWith('AWS::'));
};

/** The logical id of the resource that an output tells of. */
export const outputOf = (template: Template, name: string): string | undefined => refersTo(template.Outputs?.[name]?.Value);

/** A statement of an IAM policy. */
export type Statement = { owner: string; effect: Json; actions: string[]; resources: Json[]; principal: Json; condition: Json };

const statementsOf = (owner: string, document: Json): Statement[] =>
  list(at(document, 'Statement')).map((statement) => ({
    owner,
    effect: at(statement, 'Effect'),
    actions: list(at(statement, 'Action')).map(String),
    resources: list(at(statement, 'Resource')),
    principal: at(statement, 'Principal'),
    condition: at(statement, 'Condition'),
  }));

/** What the role `role` may do, by inline and attached policies. */
export const rightsOf = (template: Template, role: string): Statement[] => [
  ...ofType(template, 'AWS::IAM::Policy')
    .filter((policy) => list(property(policy, 'Roles')).some((attached) => refersTo(attached) === role))
    .flatMap((policy) => statementsOf(role, property(policy, 'PolicyDocument'))),
  ...list(template.Resources[role]?.Properties?.Policies).flatMap((policy) => statementsOf(role, at(policy, 'PolicyDocument'))),
];

/** Statements of the policies on a queue or bucket. */
export const policyOn = (template: Template, type: 'AWS::SQS::QueuePolicy' | 'AWS::S3::BucketPolicy', id: string): Statement[] =>
  ofType(template, type)
    .filter((policy) => [...list(property(policy, 'Queues')), property(policy, 'Bucket')].some((on) => refersTo(on) === id))
    .flatMap((policy) => statementsOf(id, property(policy, 'PolicyDocument')));

/** Whether statements refuse what does not come over TLS. */
export const refusesPlainHttp = (statements: readonly Statement[]): boolean =>
  statements.some(({ effect, condition }) => effect === 'Deny' && at(condition, 'Bool', 'aws:SecureTransport') === 'false');

/** `line` when `holds` is not so. */
export const unless = (holds: boolean, line: string): string[] => (holds ? [] : [line]);
