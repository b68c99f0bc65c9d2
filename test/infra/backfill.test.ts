// The backfill's state machine: what it lists, how it sends, and that no key is left out in silence.
import { describe, expect, it } from 'vitest';
import { backfillDefinition } from '../../infra/backfill-definition.ts';
import { list, outputOf, property, refersTo, rightsOf } from '../../infra/checks/look.ts';
import { readSettings } from '../../infra/settings.ts';
import { only, synthesized } from '../support/synthesized.ts';

const settings = readSettings({ keyPrefixes: 'photos/', keySuffixes: '.jpg' });
const definition = backfillDefinition({ bucketName: 'uploads', queueUrl: 'https://queue', partition: 'aws', settings });
const listing = definition.States['List bucket'];
const inventory = definition.States['Read inventory'];

describe('the backfill', () => {
  it('is written in JSONata', () => expect(definition.QueryLanguage).toBe('JSONata'));

  it('refuses another bucket than its own', () => {
    expect(definition.States['Right bucket?'].Choices[0]).toEqual({
      Condition: "{% $states.input.bucket != 'uploads' %}",
      Next: 'Other bucket',
    });
  });

  it('lists the bucket, or reads an inventory when one is named', () => {
    expect(listing.ItemReader.Resource).toBe('arn:aws:states:::s3:listObjectsV2');
    expect(inventory.ItemReader).toMatchObject({ Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'MANIFEST' } });
  });

  it.each([listing, inventory])('works on ten keys at a time and leaves none out', (map) => {
    expect(map).toMatchObject({ Type: 'Map', ToleratedFailureCount: 0, ItemBatcher: { MaxItemsPerBatch: 10 } });
    expect(map.ItemProcessor.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' });
    expect(map.ItemBatcher.BatchInput).toMatchObject({
      keyPrefixes: ['photos/'],
      keySuffixes: ['.jpg'],
      outputPrefix: 'caption-on-upload/',
    });
  });

  it('sends what SQS refused again, and fails when it goes on refusing', () => {
    const { States } = listing.ItemProcessor;
    expect(States.Send).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:sqs:sendMessageBatch',
      Arguments: { QueueUrl: 'https://queue' },
    });
    expect(States['All sent?'].Choices.map(({ Next }) => Next)).toEqual(['Sent', 'Not sent']);
    expect(States['Not sent'].Type).toBe('Fail');
  });

  it('names states that exist', () => {
    const states: Record<string, Record<string, unknown>> = listing.ItemProcessor.States;
    const next = Object.values(states).flatMap((state) => JSON.stringify(state).match(/"(?:Next|Default)":"([^"]+)"/g) ?? []);
    const names = next.map((match) => match.split('"')[3] ?? '');
    expect(names.filter((name) => !Object.hasOwn(states, name))).toEqual([]);
    expect(Object.keys(states).filter((name) => name !== listing.ItemProcessor.StartAt && !names.includes(name))).toEqual([]);
  });
});

describe('its role', () => {
  const template = synthesized({ outputPrefix: '' });
  const machine = only(template, 'AWS::StepFunctions::StateMachine');
  const rights = rightsOf(template, refersTo(property(machine, 'RoleArn')) ?? '');

  it('may list the bucket and send to the backfill queue, but read no object without an output prefix', () => {
    const actions = rights.flatMap((right) => right.actions);
    expect(actions).toEqual(expect.arrayContaining(['s3:ListBucket', 'sqs:SendMessage', 'states:StartExecution']));
    expect(actions).not.toContain('s3:GetObject');
    const queues = rights.filter((right) => right.actions.includes('sqs:SendMessage')).flatMap(({ resources }) => resources);
    expect(list(queues).map(refersTo)).toEqual([outputOf(template, 'BackfillQueueUrl')]);
  });

  it('may see, stop and redrive its own runs and their child runs, and no others', () => {
    const runs = rights.filter(({ actions }) => actions.includes('states:RedriveExecution'));
    expect(runs.every(({ actions }) => ['states:DescribeExecution', 'states:StopExecution'].every((one) => actions.includes(one)))).toBe(
      true,
    );
    const arns = JSON.stringify(runs.flatMap(({ resources }) => resources));
    expect(arns).toContain(':execution:caption-on-upload-backfill:*"');
    expect(arns).toContain(':execution:caption-on-upload-backfill/*"');
  });

  it('may read an inventory below the output prefix, with the key that encrypts it', () => {
    const own = synthesized({ encryption: 'kms', keyPrefixes: 'photos/', outputPrefix: 'reports/' });
    const role = refersTo(property(only(own, 'AWS::StepFunctions::StateMachine'), 'RoleArn')) ?? '';
    const allowed = rightsOf(own, role).flatMap(({ actions }) => actions);
    expect(allowed).toEqual(expect.arrayContaining(['s3:GetObject', 'kms:Decrypt']));
  });

  it('logs without keys', () => {
    expect(property(machine, 'LoggingConfiguration')).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
  });
});
