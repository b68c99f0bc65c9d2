// The second argument of a Lambda handler, and the handler.
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { HERE } from './template.ts';

/** A handler as Lambda's newest Node runtimes call it: no callback. */
export type Handler = (event: unknown, context: Context) => unknown;

/** What is the same in all contexts of a function. */
export type ContextBasis = { functionName: string; memoryMb: number };

const gone = (): never => {
  throw new Error('the runtime has no done, fail and succeed');
};

/** A context; `deadline` in ms since 1970. */
export const contextOf = ({ functionName, memoryMb }: ContextBasis, deadline: number, requestId: string = randomUUID()): Context => ({
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:${HERE.partition}:lambda:${HERE.region}:${HERE.account}:function:${functionName}`,
  memoryLimitInMB: String(memoryMb),
  awsRequestId: requestId,
  logGroupName: `/aws/lambda/${functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  done: gone,
  fail: gone,
  succeed: gone,
});
