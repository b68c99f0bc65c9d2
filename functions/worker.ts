// The inference container's program: takes jobs from the queue and captions them until it is told to stop.
import { readWorkerConfig, settingsOrExit } from './wiring/config.ts';
import { runWorker } from './wiring/worker.ts';

void runWorker(settingsOrExit(readWorkerConfig));
