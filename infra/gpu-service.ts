// The inference container on instances that AWS manages, with a GPU or, by `workerOn`, without one: none until enough work waits, never reachable from outside.
import { Duration, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  Capability,
  CfnService,
  Cluster,
  Compatibility,
  ContainerInsights,
  LinuxParameters,
  LogDrivers,
  NetworkMode,
  TaskDefinition,
  TmpfsMountOption,
} from 'aws-cdk-lib/aws-ecs';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allowAnalysis, analysisVariables } from './analysis.ts';
import { type Artifacts, MODELS_FOLDER } from './assets.ts';
import { allowObjects } from './bucket-access.ts';
import { gpuCapacity, instanceArns } from './gpu-capacity.ts';
import { scaleOnBacklog } from './gpu-scaling.ts';
import { workerUsdPerSecond } from './prices.ts';
import { MAX_RECEIVES, type QueuePair } from './queues.ts';
import type { Records } from './records.ts';
import { logGroup } from './service-function.ts';
import type { Settings } from './settings.ts';
import type { Uploads } from './uploads.ts';
import { workerMachine } from './worker-machine.ts';
import { allowPackage, mountPackage, packageVariables } from './worker-package.ts';

const TMP_MIB = 512;
const HTTPS = 443;
const USER = '1000:1000';

const LINGER_MS = 50;
/** Stages of a batch begin within this time, many times what 16 pictures take: slow ones hold up no batch until its jobs are others' again. */
const ANALYSIS_BUDGET_MS = 60_000;
const HEALTH_PORT = 8080;
const STOP_TIMEOUT = Duration.seconds(120);
/** A cold container may fetch its package, checks it, and loads CUDA and the sessions; ECS allows no more. */
const HEALTH_INTERVAL = Duration.seconds(15);
const HEALTH_START = Duration.seconds(300);

/** What the worker stands between. */
export type GpuParts = { uploads: Uploads; records: Records; artifacts: Artifacts; inference: QueuePair };

/** Public subnets only: a NAT gateway would cost more than the GPUs. */
const publicVpc = (scope: Construct, settings: Settings): IVpc =>
  new Vpc(scope, 'Vpc', {
    maxAzs: 2,
    natGateways: 0,
    // by a function with rights on all networks; nothing uses that group
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC }],
    flowLogs: {
      refused: {
        destination: FlowLogDestination.toCloudWatchLogs(logGroup(scope, 'FlowLogs', settings)),
        trafficType: FlowLogTrafficType.REJECT,
      },
    },
    gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 }, table: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
  }) as IVpc;

/** Network, cluster, capacity, task and scaling. */
export class GpuService extends Construct {
  readonly cluster: Cluster;
  readonly task: TaskDefinition;
  readonly instanceRole: IRole;
  /** of the instances that come and go */
  readonly instanceArns: readonly string[];
  readonly infrastructureRole: IRole;
  /** of a package that the worker fetches */
  readonly packageArns: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings, parts: GpuParts) {
    super(scope, id);
    const vpc = publicVpc(this, settings);
    const noWayIn = new SecurityGroup(this, 'NoWayIn', {
      vpc,
      description: 'Nothing in, HTTPS out',
      allowAllOutbound: false,
    });
    noWayIn.addEgressRule(Peer.anyIpv4(), Port.tcp(HTTPS), 'AWS services');
    this.cluster = new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED });
    const { provider, instanceRole } = gpuCapacity(this, settings, { cluster: this.cluster, vpc, securityGroup: noWayIn });
    this.instanceRole = instanceRole;
    this.instanceArns = [instanceArns(this.cluster)];
    this.infrastructureRole = provider.infrastructureRole;
    const task = this.worker(settings, parts);
    this.task = task;
    this.packageArns = allowPackage(this, task.taskRole, parts.artifacts.workerModel);
    // host networking: in a subnet without NAT only the instance's own address reaches AWS
    const service = new CfnService(this, 'Service', {
      cluster: this.cluster.clusterName,
      taskDefinition: task.taskDefinitionArn,
      desiredCount: 0,
      // on by default, which ECS refuses where no task may run beside the old ones
      availabilityZoneRebalancing: 'DISABLED',
      capacityProviderStrategy: [{ capacityProvider: provider.capacityProviderName, weight: 1 }],
      deploymentConfiguration: {
        minimumHealthyPercent: 0,
        maximumPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
    });
    service.node.addDependency(task.taskRole, instanceRole, provider);
    scaleOnBacklog(this, settings, parts.inference.queue, { clusterName: this.cluster.clusterName, serviceName: service.attrName });
  }

  private worker(settings: Settings, { uploads, records, artifacts, inference }: GpuParts): TaskDefinition {
    const machine = workerMachine(settings);
    const task = new TaskDefinition(this, 'Task', {
      compatibility: Compatibility.MANAGED_INSTANCES,
      networkMode: NetworkMode.HOST,
      ...machine.task,
    });
    const linux = new LinuxParameters(this, 'Linux', { initProcessEnabled: true });
    linux.dropCapabilities(Capability.ALL);
    linux.addTmpfs({
      containerPath: '/tmp',
      size: TMP_MIB,
      mountOptions: [TmpfsMountOption.RW, TmpfsMountOption.NOSUID, TmpfsMountOption.NODEV],
    });
    mountPackage(linux, artifacts.workerModel);
    task.addContainer('worker', {
      image: artifacts.workerImage(machine.provider),
      command: ['node', 'functions/worker.ts'],
      ...(machine.gpuCount !== undefined && { gpuCount: machine.gpuCount }),
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: linux,
      stopTimeout: STOP_TIMEOUT,
      healthCheck: {
        command: [
          'CMD',
          'node',
          '-e',
          `fetch('http://127.0.0.1:${HEALTH_PORT}/healthz').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`,
        ],
        interval: HEALTH_INTERVAL,
        startPeriod: HEALTH_START,
      },
      logging: LogDrivers.awsLogs({ streamPrefix: 'worker', logGroup: logGroup(this, 'Logs', settings) }),
      // with host networking it keeps two tasks from one instance
      portMappings: [{ containerPort: HEALTH_PORT }],
      environment: {
        AWS_REGION: Stack.of(this).region,
        TABLE_NAME: records.table.tableName,
        EVENT_BUS_NAME: records.bus.eventBusName,
        INFERENCE_QUEUE_URL: inference.queue.queueUrl,
        ...packageVariables(artifacts.workerModel),
        ...analysisVariables(settings),
        STAGES_DIR: MODELS_FOLDER.image,
        ANALYSIS_BUDGET_MS: String(ANALYSIS_BUDGET_MS),
        PROVIDER: machine.provider,
        BATCH_MAX: String(machine.batchMax),
        LINGER_MS: String(LINGER_MS),
        VISIBILITY_SECONDS: String(machine.visibility.toSeconds()),
        LEASE_SECONDS: String(machine.leaseSeconds),
        MAX_RECEIVES: String(MAX_RECEIVES),
        HEALTH_PORT: String(HEALTH_PORT),
        USD_PER_SECOND: workerUsdPerSecond(settings).toFixed(9),
        ...machine.environment,
      },
    });
    allowObjects(task.taskRole, uploads.bucket, settings, ['read']);
    records.allow(task.taskRole, ['bySha256']);
    records.allowEvents(task.taskRole);
    allowAnalysis(task.taskRole, settings);
    task.addToTaskRolePolicy(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
        resources: [inference.queue.queueArn],
      }),
    );
    return task;
  }
}
