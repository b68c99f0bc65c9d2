// The whole service as one stack.
import { CfnOutput, DefaultStackSynthesizer, Duration, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Artifacts, makeArtifacts } from './assets.ts';
import { Backfill } from './backfill.ts';
import { Captioning, INGEST_VISIBILITY } from './captioning.ts';
import { GpuService } from './gpu-service.ts';
import { LookupApi } from './lookup-api.ts';
import { Operations } from './operations.ts';
import { type QueuePair, queuePair } from './queues.ts';
import { Records } from './records.ts';
import type { Settings } from './settings.ts';
import { Uploads } from './uploads.ts';
import { workerMachine } from './worker-machine.ts';

/** What `npm run ops` must know besides names, as JSON in ASCII, which is what CloudFormation keeps as it is. */
const operatorSettings = (settings: Settings, { workerModel }: Artifacts): string => {
  const { keyPrefixes, keySuffixes, outputPrefix, tombstoneDays, genderNeutral, gpu } = settings;
  const model = gpu !== 'off' && workerModel.kind === 'folder' && { workerModel: workerModel.model };
  return JSON.stringify({ keyPrefixes, keySuffixes, outputPrefix, tombstoneDays, genderNeutral, ...model }).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
};

/** Uploads, captioning, records and the lookup API, with a worker for a larger model where one is asked for. */
export class CaptionStack extends Stack {
  readonly uploads: Uploads;
  readonly records: Records;
  readonly captioning: Captioning;
  readonly lookup: LookupApi;
  readonly backfill: Backfill;
  readonly gpu?: GpuService;

  constructor(scope: Construct, id: string, settings: Settings, { bundling }: { bundling: boolean }) {
    super(scope, id, {
      description: 'Captions photos that are put into a bucket',
      // the command line checks the bootstrap version; the template needs no parameter for it
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    const artifacts = makeArtifacts(this, settings, bundling);
    this.uploads = new Uploads(this, 'Uploads', settings, INGEST_VISIBILITY);
    this.records = new Records(this, 'Records');
    const shared = { uploads: this.uploads, records: this.records, artifacts };
    const inference = settings.gpu === 'off' ? undefined : queuePair(this, 'Inference', workerMachine(settings).visibility);
    this.captioning = new Captioning(this, 'Captioning', settings, { ...shared, ...(inference && { inference: inference.queue }) });
    this.lookup = new LookupApi(this, 'Lookup', settings, shared);
    if (inference !== undefined) this.gpu = new GpuService(this, 'Gpu', settings, { ...shared, inference });
    const { queue: backfillQueue } = this.captioning.backfill;
    this.backfill = new Backfill(this, 'BackfillRun', settings, { bucket: this.uploads.bucket, queue: backfillQueue });
    this.operate(settings, inference);
    this.tell(settings, artifacts, inference);
  }

  private operate(settings: Settings, inference: QueuePair | undefined): void {
    const { uploads, captioning, lookup } = this;
    new Operations(this, 'Operations', settings, {
      uploads: uploads.queues.queue,
      captioning,
      lookup,
      ...(inference !== undefined && { inference: { queue: inference.queue, maxWait: Duration.hours(settings.gpuMaxWaitHours) } }),
      dlqs: {
        UploadsDlq: uploads.queues.dlq,
        Undelivered: uploads.undelivered,
        BackfillDlq: captioning.backfill.dlq,
        ...(inference !== undefined && { InferenceDlq: inference.dlq }),
      },
    });
  }

  private tell(settings: Settings, artifacts: Artifacts, inference: QueuePair | undefined): void {
    const { uploads, captioning, records, lookup } = this;
    const api = lookup.api.apiEndpoint;
    const bucket = uploads.bucket.bucketName;
    const key = `${settings.keyPrefixes[0] ?? ''}photo${settings.keySuffixes[0] ?? '.jpg'}`;
    const sign =
      settings.authorization === 'jwt'
        ? '-H "authorization: Bearer $TOKEN"'
        : // one word and no quotes: nothing at all with keys that have no session token, in every shell
          `--aws-sigv4 aws:amz:${this.region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \${AWS_SESSION_TOKEN:+-Hx-amz-security-token:$AWS_SESSION_TOKEN}`;
    const keys = settings.authorization === 'jwt' ? '' : 'eval "$(aws configure export-credentials --format env)" && ';
    const values = {
      ApiUrl: api,
      ...(settings.authorization === 'jwt' && { PageUrl: `${api}/` }),
      BucketName: bucket,
      TryIt: `${keys}aws s3 cp photo.jpg "s3://${bucket}/${key}" && sleep 20 && curl ${sign} "${api}/v1/images?key=${encodeURIComponent(key)}"`,
      TableName: records.table.tableName,
      UploadsQueueUrl: uploads.queues.queue.queueUrl,
      UploadsDlqUrl: uploads.queues.dlq.queueUrl,
      BackfillQueueUrl: captioning.backfill.queue.queueUrl,
      BackfillDlqUrl: captioning.backfill.dlq.queueUrl,
      ...(inference !== undefined && { InferenceQueueUrl: inference.queue.queueUrl, InferenceDlqUrl: inference.dlq.queueUrl }),
      UndeliveredUrl: uploads.undelivered.queueUrl,
      EventBusName: records.bus.eventBusName,
      BackfillStateMachineArn: this.backfill.machine.stateMachineArn,
      OperatorSettings: operatorSettings(settings, artifacts),
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
