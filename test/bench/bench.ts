// npm run bench [-- MODEL]: prints the figures of models/README.md. Close other programs first: it measures this machine as it is.
// npm run bench -- --facts | --tags | --video | --against | --scaling | --gpu | --parity [--help]: the comparisons; each says what it measures.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { packagePath } from '../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../functions/wiring/config.ts';
import { benchAgainst } from './against/against.ts';
import { benchFacts } from './facts.ts';
import { benchGpu } from './gpu/gpu.ts';
import { benchLatency } from './latency.ts';
import { benchParity } from './parity.ts';
import { benchScaling } from './scaling.ts';
import { benchTags } from './tags.ts';
import { benchThroughput } from './throughput.ts';
import { benchVideo } from './video.ts';

const benchPackage = async (model: string | undefined): Promise<void> => {
  const config = readConfig();
  const folder = packagePath(model ?? config.model, config);
  const load = loadavg()[0] ?? 0;
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} CPUs, load before ${load.toFixed(2)}, Node ${process.version}`,
  );
  await benchLatency(folder);
  await benchThroughput(folder);
};

const COMPARISONS = {
  '--facts': benchFacts,
  '--tags': benchTags,
  '--video': benchVideo,
  '--against': benchAgainst,
  '--scaling': benchScaling,
  '--gpu': benchGpu,
  '--parity': benchParity,
};

const args = process.argv.slice(2);
const named = Object.entries(COMPARISONS).find(([flag]) => args.includes(flag));
if (named === undefined) await benchPackage(args[0]);
else {
  try {
    await named[1](args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
