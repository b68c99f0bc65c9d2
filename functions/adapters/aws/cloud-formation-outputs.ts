// A deployed stack as its outputs tell it. The clients of CloudFormation and Step Functions are loaded only when they are asked.
import { CodedError, UsageError } from '../../core/errors.ts';
import type { MachineInput } from '../../core/operate/operate-ports.ts';
import { askingAws, awsFacts, fromAws } from './aws-errors.ts';
import { type ClientPlace, requestSettings } from './aws-requests.ts';

const BOUNDS = { connectTimeoutMs: 3000, requestTimeoutMs: 10_000, attempts: 4, sockets: 4 };

/** Outputs by name, and the region that the SDK has chosen. */
export type StackOutputs = { region: string; outputs: Record<string, string> };

/** `name` of the error that CloudFormation answers with when there is no such stack. */
const NO_STACK = 'ValidationError';

const stackError = (thrown: unknown, stack: string, region: string): CodedError => {
  const { name } = awsFacts(thrown);
  if (name === NO_STACK) return new UsageError(`There is no stack ${stack} in ${region}: name the one that was deployed with --stack`);
  if (name === 'CredentialsProviderError') {
    return new CodedError('UNAVAILABLE', 'No AWS credentials were found: sign in, or set AWS_PROFILE', thrown);
  }
  return fromAws(thrown, 'CloudFormation');
};

/**
 * Outputs of the stack.
 * @throws UsageError when there is none of that name; CodedError without a region, credentials or an answer
 */
export const stackOutputs = async (stack: string, place: ClientPlace = {}): Promise<StackOutputs> => {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({ ...place, ...requestSettings(BOUNDS) });
  try {
    const region = await client.config.region().catch((thrown: unknown) => {
      throw new CodedError('CONFIG', 'No AWS region was found: set AWS_REGION, or a profile with a region', thrown);
    });
    const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: stack })).catch((thrown: unknown) => {
      throw stackError(thrown, stack, region);
    });
    const pairs = (found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return { region, outputs: Object.fromEntries(pairs) };
  } finally {
    client.destroy();
  }
};

/** Starts the state machine. @returns the ARN of its execution @throws CodedError UNAVAILABLE or INTERNAL */
export const startStateMachine = async (region: string, machineArn: string, input: MachineInput): Promise<string> => {
  const { SFNClient, StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  const client = new SFNClient({ region, ...requestSettings(BOUNDS) });
  try {
    const command = new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify(input) });
    return (await askingAws('Step Functions', () => client.send(command))).executionArn ?? machineArn;
  } finally {
    client.destroy();
  }
};
