// Intrinsic functions of a template.
import { describe, expect, it } from 'vitest';
import { resolverOf } from '../../../infra/local/intrinsics.ts';
import { readTemplate, TemplateError } from '../../../infra/local/template.ts';

const template = readTemplate({
  Parameters: { WithDefault: { Default: 'given' }, Without: {} },
  Mappings: { Runtimes: { 'us-east-1': { value: 'nodejs24.x' } } },
  Conditions: {
    Yes: { 'Fn::Equals': ['a', 'a'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
  },
  Resources: { Table: { Type: 'AWS::DynamoDB::Table' } },
});

const { resolve, holds } = resolverOf(template, {
  stackName: 'photos',
  valueOf: (id, attribute) => `${id}:${attribute ?? 'ref'}`,
  secret: (reference) => `secret of ${reference}`,
});

/** A variable of Fn::Sub. */
const filled = (name: string): string => `\${${name}}`;

describe('resolving', () => {
  it.each([
    { name: 'plain values', node: { a: [1, true, null, 'x'] }, value: { a: [1, true, null, 'x'] } },
    { name: 'a reference to a resource', node: { Ref: 'Table' }, value: 'Table:ref' },
    { name: 'a reference to a parameter', node: { Ref: 'WithDefault' }, value: 'given' },
    { name: 'a pseudo parameter', node: { Ref: 'AWS::StackName' }, value: 'photos' },
    { name: 'an attribute', node: { 'Fn::GetAtt': ['Table', 'Arn'] }, value: 'Table:Arn' },
    { name: 'an attribute in short form', node: { 'Fn::GetAtt': 'Table.Stream.Arn' }, value: 'Table:Stream.Arn' },
    { name: 'a join', node: { 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 1]] }, value: 'a-Table:ref-1' },
    {
      name: 'a substitution',
      node: { 'Fn::Sub': `${filled('Table.Arn')}/${filled('AWS::Region')}/${filled('!kept')}` },
      value: `Table:Arn/us-east-1/${filled('kept')}`,
    },
    { name: 'a substitution with variables', node: { 'Fn::Sub': [`${filled('Own')}!`, { Own: { Ref: 'Table' } }] }, value: 'Table:ref!' },
    { name: 'a selection of a split', node: { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, value: 'b' },
    { name: 'a mapping', node: { 'Fn::FindInMap': ['Runtimes', { Ref: 'AWS::Region' }, 'value'] }, value: 'nodejs24.x' },
    { name: 'a choice', node: { 'Fn::If': ['No', 'yes', 'no'] }, value: 'no' },
    { name: 'a property that is not there', node: { a: 1, b: { Ref: 'AWS::NoValue' } }, value: { a: 1 } },
    {
      name: 'a secret in parts',
      node: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Table' }, ':SecretString:::}}']] },
      value: 'secret of secretsmanager:Table:ref:SecretString:::',
    },
  ])('knows $name', ({ node, value }) => {
    expect(resolve(node)).toEqual(value);
  });

  it.each([
    { name: 'a function it does not know', node: { 'Fn::ImportValue': 'x' } },
    { name: 'a resource that is not there', node: { Ref: 'Nothing' } },
    { name: 'an attribute of a resource that is not there', node: { 'Fn::GetAtt': ['Nothing', 'Arn'] } },
    { name: 'a parameter without a value', node: { Ref: 'Without' } },
    { name: 'a condition that is not there', node: { 'Fn::If': ['Nothing', 1, 2] } },
    { name: 'a selection outside its list', node: { 'Fn::Select': [3, ['a']] } },
    { name: 'a join of what is no text', node: { 'Fn::Join': ['', [{ a: 1 }]] } },
  ])('refuses $name', ({ node }) => {
    expect(() => resolve(node)).toThrow(TemplateError);
  });

  it('knows conditions of conditions', () => {
    expect(['Yes', 'No', 'Both', 'Either'].map(holds)).toEqual([true, false, false, true]);
  });
});
