// npm run bench [-- MODEL]: prints the figures of models/README.md. Close other programs first: it measures this machine as it is.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { packagePath } from '../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../functions/wiring/config.ts';
import { benchLatency } from './latency.ts';
import { benchThroughput } from './throughput.ts';

const config = readConfig();
const folder = packagePath(process.argv[2] ?? config.model, config);
const load = loadavg()[0] ?? 0;
console.log(
  `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} CPUs, load before ${load.toFixed(2)}, Node ${process.version}`,
);
await benchLatency(folder);
await benchThroughput(folder);
