// Instances for the worker that AWS starts, patches and stops for the cluster, and what they may do.
import { Size, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CapacityOptionType, type Cluster, ManagedInstancesCapacityProvider, PropagateManagedInstancesTags } from 'aws-cdk-lib/aws-ecs';
import { type IInstanceProfile, InstanceProfile, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import { workerMachine } from './worker-machine.ts';

/** The image with CUDA takes 10 GiB of it. */
const DISK = Size.gibibytes(80);

/** What the agent on an instance asks ECS for, as in AWS' AmazonECSInstanceRolePolicyForManagedInstances; here for one cluster. */
const AGENT = {
  onCluster: ['ecs:RegisterContainerInstance', 'ecs:SubmitAttachmentStateChanges', 'ecs:SubmitTaskStateChange'],
  onInstances: ['ecs:Poll', 'ecs:StartTelemetrySession', 'ecs:PutSystemLogEvents'],
  anywhere: ['ecs:DiscoverPollEndpoint'],
} as const;

/** The name has to begin like this for the infrastructure policy of AWS to pass the role on, and roles are the same in all regions. */
const INSTANCE_ROLE = 'ecsInstanceRole';

/** ARNs of all instances of a cluster: their ids are not known before. */
export const instanceArns = (cluster: Cluster): string =>
  Stack.of(cluster).formatArn({ service: 'ecs', resource: 'container-instance', resourceName: `${cluster.clusterName}/*` });

/** Role of the instances and its profile. */
const instanceProfile = (scope: Construct, cluster: Cluster): { role: Role; profile: IInstanceProfile } => {
  const { stackName, region } = Stack.of(scope);
  const name = `${INSTANCE_ROLE}-${stackName}-${region}`;
  const role = new Role(scope, 'InstanceRole', { roleName: name, assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: [...AGENT.onCluster], resources: [cluster.clusterArn] }));
  role.addToPolicy(new PolicyStatement({ actions: [...AGENT.onInstances], resources: [instanceArns(cluster)] }));
  role.addToPolicy(new PolicyStatement({ actions: [...AGENT.anywhere], resources: ['*'] }));
  return { role, profile: new InstanceProfile(scope, 'InstanceProfile', { instanceProfileName: name, role }) as IInstanceProfile };
};

/** Capacity of the cluster, none by itself; instances come and go with tasks. */
export const gpuCapacity = (
  scope: Construct,
  settings: Settings,
  { cluster, vpc, securityGroup }: { cluster: Cluster; vpc: IVpc; securityGroup: ISecurityGroup },
): { provider: ManagedInstancesCapacityProvider; instanceRole: Role } => {
  const { role, profile } = instanceProfile(scope, cluster);
  const provider = new ManagedInstancesCapacityProvider(scope, 'Capacity', {
    subnets: vpc.publicSubnets,
    securityGroups: [securityGroup],
    ec2InstanceProfile: profile,
    capacityOptionType: settings.gpu === 'spot' ? CapacityOptionType.SPOT : CapacityOptionType.ON_DEMAND,
    propagateTags: PropagateManagedInstancesTags.CAPACITY_PROVIDER,
    taskVolumeStorage: DISK,
    instanceRequirements: workerMachine(settings).requirements,
  });
  cluster.addManagedInstancesCapacityProvider(provider);
  return { provider, instanceRole: role };
};
