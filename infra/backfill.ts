// Backfill at scale: a state machine lists the bucket, or reads an S3 Inventory, and puts batches of keys on the backfill queue.
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { backfillDefinition } from './backfill-definition.ts';
import { arnBelow } from './bucket-access.ts';
import { logGroup } from './service-function.ts';
import type { Settings } from './settings.ts';

/** What a distributed map does with its child runs besides starting them. */
const ON_CHILDREN = ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'] as const;

/** State machine of the backfill. */
export class Backfill extends Construct {
  readonly machine: StateMachine;
  readonly role: Role;
  /** of its runs and of the child runs of its maps, whose names are not known before */
  readonly executionArns: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings, { bucket, queue }: { bucket: IBucket; queue: Queue }) {
    super(scope, id);
    const stack = Stack.of(this);
    // a name of its own: the role names the machine, and the machine needs the role
    const name = `${stack.stackName}-backfill`;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: 'Lists the bucket and queues its keys',
    });
    this.allow(['s3:ListBucket'], bucket.bucketArn);
    if (settings.outputPrefix !== '') {
      this.allow(['s3:GetObject'], arnBelow(bucket, settings.outputPrefix));
      if (bucket.encryptionKey !== undefined) this.allow(['kms:Decrypt'], bucket.encryptionKey.keyArn);
    }
    this.allow(['sqs:SendMessage'], queue.queueArn);
    const states = (resource: string, resourceName: string): string =>
      stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    this.allow(['states:StartExecution'], states('stateMachine', name));
    this.executionArns = [states('execution', `${name}:*`), states('execution', `${name}/*`)];
    for (const executions of this.executionArns) this.allow([...ON_CHILDREN], executions);
    const definition = backfillDefinition({
      bucketName: bucket.bucketName,
      queueUrl: queue.queueUrl,
      partition: stack.partition,
      settings,
    });
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      role: this.role,
      definitionBody: DefinitionBody.fromString(stack.toJsonString(definition)),
      logs: { destination: logGroup(this, 'Logs', settings), level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private allow(actions: string[], resource: string): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
  }
}
