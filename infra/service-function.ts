// A Lambda function of the service: newest Node LTS, a role of its own with nothing but its own log group, and a log group that ends.
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, type LayerVersion, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** The runtime of the functions and of what is built for them. */
export const RUNTIME = Runtime.NODEJS_24_X;

/** The CPU that the functions run on. */
export const lambdaArchitecture = (settings: Settings): Architecture =>
  settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;

/** What a function needs besides its settings. */
export type FunctionParts = {
  description: string;
  code: Code;
  layers: LayerVersion[];
  memoryMb: number;
  timeout: Duration;
  environment: Record<string, string>;
};

/** A group of logs that are kept for `logRetentionDays` and go with the stack. */
export const logGroup = (scope: Construct, id: string, settings: Settings): LogGroup =>
  new LogGroup(scope, id, { retention: settings.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });

/** A function with its role and logs. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, settings: Settings, parts: FunctionParts) {
    super(scope, id);
    const logs = logGroup(this, 'Logs', settings);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description: parts.description });
    this.role.addToPolicy(new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logs.logGroupArn] }));
    this.function = new LambdaFunction(this, 'Function', {
      description: parts.description,
      runtime: RUNTIME,
      architecture: lambdaArchitecture(settings),
      handler: 'index.handler',
      code: parts.code,
      layers: parts.layers,
      memorySize: parts.memoryMb,
      timeout: parts.timeout,
      environment: parts.environment,
      role: this.role.withoutPolicyUpdates(),
      logGroup: logs,
      loggingFormat: LoggingFormat.JSON,
    });
  }

  /** Allows one thing more. */
  allow(actions: string[], resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
  }
}
