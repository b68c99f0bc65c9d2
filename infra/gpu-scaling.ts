// How many tasks of the worker run: none, until enough work waits or some has waited too long; then one for each share of the backlog; none again when idle.
import { Duration } from 'aws-cdk-lib';
import {
  AdjustmentType,
  MetricAggregationType,
  ScalableTarget,
  ServiceNamespace,
  StepScalingAction,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

const PERIOD = Duration.minutes(1);
const SECONDS_PER_HOUR = 3600;
const COOLDOWN = Duration.minutes(5);

/** Scales the service between 0 and `gpuMaxTasks` on the backlog of `queue`. */
export const scaleOnBacklog = (
  scope: Construct,
  settings: Settings,
  queue: Queue,
  { clusterName, serviceName }: { clusterName: string; serviceName: string },
): void => {
  const { gpuWakeAtMessages, gpuMaxTasks, gpuIdleMinutes, gpuMaxWaitHours } = settings;
  const target = new ScalableTarget(scope, 'TaskCount', {
    serviceNamespace: ServiceNamespace.ECS,
    resourceId: `service/${clusterName}/${serviceName}`,
    scalableDimension: 'ecs:service:DesiredCount',
    minCapacity: 0,
    maxCapacity: gpuMaxTasks,
  });
  const exactly = (id: string): StepScalingAction =>
    new StepScalingAction(scope, id, {
      scalingTarget: target,
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      metricAggregationType: MetricAggregationType.MAXIMUM,
      cooldown: COOLDOWN,
    });
  const usingMetrics = {
    visible: queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
    taken: queue.metricApproximateNumberOfMessagesNotVisible({ period: PERIOD, statistic: 'Maximum' }),
    age: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
  };
  const wanted = new Alarm(scope, 'TasksWanted', {
    alarmDescription: 'Work for the worker waits: starts as many tasks as the backlog asks for',
    metric: new MathExpression({
      label: 'tasks wanted',
      period: PERIOD,
      usingMetrics,
      expression: `IF((visible + taken) >= ${gpuWakeAtMessages}, (visible + taken) / ${gpuWakeAtMessages}, IF(age >= ${gpuMaxWaitHours * SECONDS_PER_HOUR}, 1, 0))`,
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const start = exactly('Start');
  for (let tasks = 1; tasks <= gpuMaxTasks; tasks++) {
    start.addAdjustment({ adjustment: tasks, lowerBound: tasks - 1, ...(tasks < gpuMaxTasks && { upperBound: tasks }) });
  }
  wanted.addAlarmAction(new ApplicationScalingAction(start));
  const idle = new Alarm(scope, 'Idle', {
    alarmDescription: 'Nothing waits for the worker: stops all tasks',
    metric: new MathExpression({
      label: 'waiting or taken',
      period: PERIOD,
      usingMetrics: { visible: usingMetrics.visible, taken: usingMetrics.taken },
      expression: 'visible + taken',
    }),
    threshold: 0,
    comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: gpuIdleMinutes,
    treatMissingData: TreatMissingData.BREACHING,
  });
  const stop = exactly('Stop');
  stop.addAdjustment({ adjustment: 0, upperBound: 0 });
  idle.addAlarmAction(new ApplicationScalingAction(stop));
};
