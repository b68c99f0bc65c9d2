// The whole service as one stack.
import { CfnOutput, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { makeArtifacts } from './assets.ts';
import { Captioning, INGEST_VISIBILITY } from './captioning.ts';
import { LookupApi } from './lookup-api.ts';
import { Records } from './records.ts';
import type { Settings } from './settings.ts';
import { Uploads } from './uploads.ts';

/** Uploads, captioning, records and the lookup API, with a GPU service where one is asked for. */
export class CaptionStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, { bundling }: { bundling: boolean }) {
    super(scope, id, {
      description: 'Captions photos that are put into a bucket',
      // the command line checks the bootstrap version; the template needs no parameter for it
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    const artifacts = makeArtifacts(this, settings, bundling);
    const uploads = new Uploads(this, 'Uploads', settings, INGEST_VISIBILITY);
    const records = new Records(this, 'Records');
    const captioning = new Captioning(this, 'Captioning', settings, { uploads, records, artifacts });
    const lookup = new LookupApi(this, 'Lookup', settings, { uploads, records, artifacts });
    this.output({
      ApiUrl: lookup.api.apiEndpoint,
      BucketName: uploads.bucket.bucketName,
      TableName: records.table.tableName,
      UploadsQueueUrl: uploads.queues.queue.queueUrl,
      UploadsDlqUrl: uploads.queues.dlq.queueUrl,
      BackfillQueueUrl: captioning.backfill.queue.queueUrl,
      BackfillDlqUrl: captioning.backfill.dlq.queueUrl,
      EventBusName: records.bus.eventBusName,
    });
  }

  private output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
