// The table of records as functions/core/record/table.ts defines it, and the bus on which consumers are told.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { TABLE } from '../functions/core/record/table.ts';

const attribute = (name: string) => ({ name, type: AttributeType.STRING });

/** An index's name, of those in the table's definition. */
export type IndexName = (typeof TABLE.indexes)[number]['name'];

/** Table and event bus. */
export class Records extends Construct {
  readonly table: Table;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: attribute(TABLE.partitionKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: TABLE.timeToLive,
      encryption: TableEncryption.DEFAULT,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const index of TABLE.indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        ...(index.include.length > 0
          ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.include] }
          : { projectionType: ProjectionType.KEYS_ONLY }),
      });
    }
    this.bus = new EventBus(this, 'Bus', {
      description: 'caption.ready and caption.failed for each final state of a picture, image.rules.failed where it breaks rules',
    });
  }

  /** Lets `who` read and conditionally write records by id, and query the named indexes. */
  allow(who: IGrantable, indexes: readonly IndexName[]): void {
    const principal = who.grantPrincipal;
    principal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'], resources: [this.table.tableArn] }),
    );
    principal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: indexes.map((name) => `${this.table.tableArn}/index/${name}`) }),
    );
  }

  /** Lets `who` tell consumers. */
  allowEvents(who: IGrantable): void {
    who.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] }));
  }
}
