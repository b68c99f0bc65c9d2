// What operators see and are told: alarms to a topic, a dashboard, and a budget where one is set.
import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { AlarmStatusWidget, Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { counted, METRICS, makeAlarms, type Watched } from './alarms.ts';
import type { Settings } from './settings.ts';

const WIDTH = 12;
const FULL_WIDTH = 24;
/** Shares of the budget at which someone is told, in per cent: of what was spent, and of what the month will cost. */
const BUDGET_ALERTS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

/** Alarms, dashboard and budget. */
export class Operations extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, settings: Settings, watched: Watched) {
    super(scope, id);
    this.topic = new Topic(this, 'Alarms', { enforceSSL: true });
    // a policy of its own takes the place of the one that lets the account's alarms publish
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
    );
    if (settings.alarmEmail !== '') this.topic.addSubscription(new EmailSubscription(settings.alarmEmail));
    const alarms = makeAlarms(this, watched);
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(this.topic));
    const ingest = watched.captioning.ingest.function;
    const { inference } = watched;
    const queues = [watched.uploads, watched.captioning.backfill.queue, ...(inference === undefined ? [] : [inference.queue])];
    const pictures = [...METRICS.uploads, ...(inference === undefined ? [] : METRICS.refined)];
    const dashboard = new Dashboard(this, 'Dashboard');
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: FULL_WIDTH }));
    dashboard.addWidgets(
      new GraphWidget({ title: 'Pictures', width: WIDTH, left: pictures.map(counted) }),
      new GraphWidget({ title: 'Waiting', width: WIDTH, left: queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible()) }),
      new GraphWidget({
        title: 'Ingest',
        width: WIDTH,
        left: [ingest.metricInvocations(), ingest.metricErrors(), ingest.metricThrottles()],
        right: [ingest.metricDuration({ statistic: 'p99' })],
      }),
      new GraphWidget({
        title: 'API',
        width: WIDTH,
        left: [watched.lookup.api.metricCount(), watched.lookup.api.metricClientError(), watched.lookup.api.metricServerError()],
        right: [watched.lookup.api.metricLatency({ statistic: 'p50' }), watched.lookup.api.metricLatency({ statistic: 'p99' })],
      }),
    );
    if (settings.monthlyBudgetUsd > 0) this.budget(settings);
  }

  private budget({ monthlyBudgetUsd, alarmEmail }: Settings): void {
    new CfnBudget(this, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: monthlyBudgetUsd, unit: 'USD' } },
      notificationsWithSubscribers: BUDGET_ALERTS.map((alert) => ({
        notification: { ...alert, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
        subscribers: [{ subscriptionType: 'EMAIL', address: alarmEmail }],
      })),
    });
  }
}
