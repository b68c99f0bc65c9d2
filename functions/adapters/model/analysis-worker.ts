// The thread that runs the stages of the analysis, beside the one that captions: what hangs or crashes here costs no caption.
import { parentPort, workerData } from 'node:worker_threads';
import { serveAnalysis } from './analysis-service.ts';
import { type AnalysisOrders, makeStages } from './analysis-stages.ts';
import type { NativeGate } from './native-gate.ts';

if (parentPort === null) throw new Error('analysis-worker.ts runs as a worker thread only');
const { gate, ...orders } = workerData as AnalysisOrders & { gate: NativeGate };
serveAnalysis(parentPort, orders.stages.includes('dense'), () => makeStages(orders, gate));
