// What Ref and Fn::GetAtt of a resource give on this machine: names, ARNs and addresses.
import { HERE, type Resource, type Template, TemplateError } from './template.ts';

/** Addresses that are known once the embedded servers run. */
export type Addresses = { queueUrl(name: string): string; apiUrl: string };

/** Begins every value that means nothing here; wherever one matters, the template cannot be run. */
export const MEANS_NOTHING = 'unresolved:';

/** What CDK puts behind a construct's name. */
const CDK_HASH = /[0-9A-F]{8}$/;
const MAX_NAME = 63;

const arn = (service: string, rest: string): string => `arn:${HERE.partition}:${service}:${HERE.region}:${HERE.account}:${rest}`;

/** The property that holds a type's physical name, when the template gives one. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
};

const kebab = (id: string): string =>
  id
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .slice(0, MAX_NAME);

/** Names of resources: as the template says, else the construct's name without CDK's hash, so that they survive a change of the hash. */
export const namesOf = (template: Template): ReadonlyMap<string, string> => {
  const ids = Object.keys(template.Resources);
  const bare = ids.map((id) => id.replace(CDK_HASH, ''));
  return new Map(
    Object.entries(template.Resources).map(([id, { Type, Properties }]) => {
      const given = Properties[NAME_PROPERTY[Type] ?? ''];
      const short = id.replace(CDK_HASH, '');
      const unique = short !== '' && bare.filter((other) => other === short).length === 1;
      return [id, typeof given === 'string' ? given : kebab(unique ? short : id)];
    }),
  );
};

type Values = (name: string, properties: Resource['Properties'], addresses: Addresses | undefined) => Readonly<Record<string, string>>;

const needed = (addresses: Addresses | undefined, name: string): Addresses => {
  if (addresses !== undefined) return addresses;
  throw new TemplateError(`the address of ${name} is asked for where only names are known`);
};

const tableValues: Values = (name) => ({ Ref: name, Arn: arn('dynamodb', `table/${name}`) });

const VALUES: Readonly<Record<string, Values>> = {
  'AWS::S3::Bucket': (name) => ({ Ref: name, Arn: `arn:${HERE.partition}:s3:::${name}` }),
  'AWS::SQS::Queue': (name, _, addresses) => ({
    get Ref() {
      return needed(addresses, name).queueUrl(name);
    },
    Arn: arn('sqs', name),
    QueueName: name,
  }),
  'AWS::DynamoDB::Table': tableValues,
  'AWS::DynamoDB::GlobalTable': tableValues,
  'AWS::Events::EventBus': (name) => ({ Ref: name, Name: name, Arn: arn('events', `event-bus/${name}`) }),
  'AWS::Events::Rule': (name) => ({ Ref: name, Arn: arn('events', `rule/${name}`) }),
  'AWS::Lambda::Function': (name) => ({ Ref: name, Arn: arn('lambda', `function:${name}`) }),
  'AWS::Lambda::LayerVersion': (name) => ({ Ref: arn('lambda', `layer:${name}:1`) }),
  'AWS::ApiGatewayV2::Api': (name, _, addresses) => ({
    Ref: name,
    ApiId: name,
    get ApiEndpoint() {
      return needed(addresses, name).apiUrl;
    },
  }),
  'AWS::ApiGatewayV2::Integration': (name) => ({ Ref: name }),
  'AWS::ApiGatewayV2::Authorizer': (name) => ({ Ref: name, AuthorizerId: name }),
  'AWS::IAM::Role': (name) => ({ Ref: name, Arn: `arn:${HERE.partition}:iam::${HERE.account}:role/${name}` }),
  'AWS::SecretsManager::Secret': (name) => ({ Ref: arn('secretsmanager', `secret:${name}`), Id: arn('secretsmanager', `secret:${name}`) }),
};

/** The values of a template's resources; without addresses only those that need none. */
export const valuesOf = (template: Template, addresses?: Addresses): ((id: string, attribute: string | undefined) => string) => {
  const names = namesOf(template);
  return (id, attribute = 'Ref') => {
    const resource = template.Resources[id];
    const values = resource === undefined ? undefined : VALUES[resource.Type]?.(names.get(id) ?? id, resource.Properties, addresses);
    return values !== undefined && attribute in values ? (values[attribute] ?? '') : `${MEANS_NOTHING}${id}.${attribute}`;
  };
};
