// Which provider ran a graph's nodes, by the engine's own profile: a session on CUDA may still leave nodes to the CPU, and says nothing.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import * as z from 'zod';
import { type Provider, runSession } from '../../../functions/adapters/model/onnx-graphs.ts';
import type { Graphs, Run } from '../../../functions/captioner/graphs.ts';
import type { ModelPackage } from '../../../functions/captioner/package.ts';

const LOG_FATAL_ONLY = 4;

const events = z.array(z.looseObject({ args: z.looseObject({ provider: z.string().optional() }).optional() }));

/** Runs of nodes by provider, as the engine names it: CUDAExecutionProvider, CPUExecutionProvider. */
export type NodeRuns = Record<string, number>;

const readRuns = (folder: string, runs: NodeRuns): void => {
  for (const name of readdirSync(folder)) {
    for (const { args } of events.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))) {
      if (args?.provider !== undefined && args.provider !== '') runs[args.provider] = (runs[args.provider] ?? 0) + 1;
    }
  }
};

/**
 * A package's graphs in sessions that keep a profile; `end` reads it.
 * @throws Error when the provider is not there
 */
export const profiledGraphs = async (
  { encoder, decoder }: Pick<ModelPackage, 'encoder' | 'decoder'>,
  provider: Provider,
): Promise<{ graphs: Graphs; end(): NodeRuns }> => {
  const folder = mkdtempSync(join(tmpdir(), 'caption-profile-'));
  const sessions: InferenceSession[] = [];
  for (const [at, graph] of [...encoder, decoder].entries()) {
    const options = {
      executionProviders: [provider],
      enableProfiling: true,
      profileFilePrefix: join(folder, `graph-${at}`),
      logSeverityLevel: LOG_FATAL_ONLY,
    } as const;
    const source = graph instanceof Uint8Array ? graph : graph.path;
    sessions.push(await (typeof source === 'string' ? InferenceSession.create(source, options) : InferenceSession.create(source, options)));
  }
  const runs = sessions.map(
    (session): Run =>
      (feeds) =>
        runSession(session, feeds),
  );
  return {
    graphs: { encode: runs.slice(0, -1), step: runs.at(-1) ?? (async () => ({})) },
    end() {
      const counted: NodeRuns = {};
      for (const session of sessions) session.endProfiling();
      readRuns(folder, counted);
      rmSync(folder, { recursive: true, force: true });
      return counted;
    },
  };
};
