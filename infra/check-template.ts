// Holds a synthesized template against what the code needs. Runs at every synthesis, so a forgotten part fails here and not on AWS.
import { checkApi } from './checks/api.ts';
import { checkFunctions } from './checks/functions.ts';
import { checkGpu } from './checks/gpu.ts';
import { at, list, ofType, outputOf, property, refersTo, type Template, unless } from './checks/look.ts';
import { checkQueues } from './checks/queues.ts';
import { checkStorage } from './checks/storage.ts';

/** Outputs that people and `npm run ops` look for. */
export const OUTPUTS = [
  'ApiUrl',
  'BucketName',
  'TryIt',
  'TableName',
  'UploadsQueueUrl',
  'UploadsDlqUrl',
  'BackfillQueueUrl',
  'BackfillDlqUrl',
  'UndeliveredUrl',
  'EventBusName',
  'BackfillStateMachineArn',
  'OperatorSettings',
] as const;

const outputs = (template: Template): string[] =>
  OUTPUTS.filter((name) => template.Outputs?.[name] === undefined).map((name) => `the output ${name} is missing`);

/** Queues of what failed that nobody is told of. */
const alarms = (template: Template): string[] => {
  const watched = ofType(template, 'AWS::CloudWatch::Alarm').filter(
    (alarm) =>
      list(property(alarm, 'AlarmActions')).length > 0 &&
      property(alarm, 'MetricName') === 'ApproximateNumberOfMessagesVisible' &&
      property(alarm, 'Threshold') === 1,
  );
  const queues = watched.flatMap((alarm) => list(property(alarm, 'Dimensions')).map((dimension) => refersTo(at(dimension, 'Value'))));
  const dead = ['UploadsDlqUrl', 'BackfillDlqUrl', 'InferenceDlqUrl'].map((name) => outputOf(template, name));
  const undelivered = ofType(template, 'AWS::Events::Rule').map((rule) =>
    refersTo(property(rule, 'Targets', 0, 'DeadLetterConfig', 'Arn')),
  );
  const quiet = [...dead, ...undelivered].filter((id) => id !== undefined && !queues.includes(id));
  const topics = ofType(template, 'AWS::SNS::TopicPolicy').flatMap((policy) => list(property(policy, 'PolicyDocument', 'Statement')));
  const heard = topics.some((statement) => at(statement, 'Principal', 'Service') === 'cloudwatch.amazonaws.com');
  return [...quiet.map((id) => `nobody is told when messages wait in ${id}`), ...unless(heard, 'alarms may not publish to their topic')];
};

const backfill = (template: Template): string[] =>
  ofType(template, 'AWS::StepFunctions::StateMachine').flatMap((machine) => {
    const definition = JSON.stringify(property(machine, 'DefinitionString'));
    return [
      ...unless(definition.includes(outputOf(template, 'BackfillQueueUrl') ?? '\0'), 'the backfill does not reach its queue'),
      ...unless(!definition.includes('ToleratedFailurePercentage'), 'the backfill leaves keys out'),
    ];
  });

/** What is wrong with a template: one line for each thing, none when it is right. */
export const checkTemplate = (template: Template): string[] => [
  ...outputs(template),
  ...checkApi(template),
  ...checkQueues(template),
  ...checkStorage(template),
  ...checkFunctions(template),
  ...checkGpu(template),
  ...alarms(template),
  ...backfill(template),
];
