// What the speech server and its process tell each other.
import type { SpeechFormat } from '../../../functions/core/speech/speech-ports.ts';

/** To be spoken: SSML that was checked, with the engine's own name of the voice. */
export type SpeechJob = { id: number; ssml: string; voice: string; format: SpeechFormat };

/** What became of a job. 'missing': a package is not installed. */
export type SpeechOutcome = { id: number; audio: Uint8Array } | { id: number; failed: 'missing' | 'broken'; message: string };
