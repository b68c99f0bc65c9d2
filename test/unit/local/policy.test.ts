// Policies: who may send to a queue.
import { describe, expect, it } from 'vitest';
import { allows, policyDocument } from '../../../infra/local/policy.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:uploads';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/uploads';
const WISH = {
  service: 'events.amazonaws.com',
  action: 'sqs:SendMessage',
  resource: QUEUE,
  context: { 'aws:SourceArn': RULE, 'aws:SecureTransport': 'true' },
};
const ALLOW = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: QUEUE };

const decide = (...statements: object[]): boolean => allows([policyDocument.parse({ Statement: statements })], WISH);

describe('a policy', () => {
  it.each([
    { name: 'allows what it says', statements: [ALLOW], allowed: true },
    { name: 'allows by wildcards', statements: [{ ...ALLOW, Action: ['sqs:Send*'], Resource: '*' }], allowed: true },
    { name: 'allows nothing when it is empty', statements: [], allowed: false },
    { name: 'is for its principal only', statements: [{ ...ALLOW, Principal: { Service: 's3.amazonaws.com' } }], allowed: false },
    { name: 'is for its action only', statements: [{ ...ALLOW, Action: 'sqs:ReceiveMessage' }], allowed: false },
    { name: 'is for its resource only', statements: [{ ...ALLOW, Resource: `${QUEUE}2` }], allowed: false },
    { name: 'holds on its condition', statements: [{ ...ALLOW, Condition: { ArnEquals: { 'aws:SourceArn': RULE } } }], allowed: true },
    {
      name: 'fails on its condition',
      statements: [{ ...ALLOW, Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}2` } } }],
      allowed: false,
    },
    { name: 'fails on a key that is not told', statements: [{ ...ALLOW, Condition: { StringEquals: { 'aws:x': 'y' } } }], allowed: false },
    {
      name: 'is overruled by a denial',
      statements: [ALLOW, { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: QUEUE }],
      allowed: false,
    },
    {
      name: 'is not overruled by a denial that is for others',
      statements: [
        ALLOW,
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Resource: QUEUE,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
      allowed: true,
    },
  ])('$name', ({ statements, allowed }) => {
    expect(decide(...statements)).toBe(allowed);
  });

  it('with an unknown condition is refused', () => {
    expect(() => decide({ ...ALLOW, Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } })).toThrow('DateLessThan');
  });
});
