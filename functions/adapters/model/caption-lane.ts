// One lane: a decoder process, a model worker and, where pictures are analysed, an analysis worker. A batch goes through them in that order;
// what fails in the analysis is told in the facts and leaves the caption as it is.
import type { GridFeatures } from '../../captioner/grid-features.ts';
import type { Caption, CaptionChoices, Captioned, EncodedPicture } from '../../core/caption.ts';
import { asPictureError, PackageRefused } from '../../core/errors.ts';
import type { Stage } from '../../core/facts/facts.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { type Analyser, type AnalyserSettings, analyser, unseen } from './analyser.ts';
import type { Loaded, WorkerOrders } from './caption-worker.ts';
import { type Decoded, decoderProcess, type PixelDecoder } from './decoder-process.ts';
import { type Turns, turns } from './lane-queue.ts';
import { WorkerThread } from './worker-thread.ts';

/** How lanes are made; `timeoutMs` is the longest time in the model of that many pictures. */
export type LaneSettings = {
  orders: WorkerOrders;
  limits: PictureLimits;
  nodePath: string | undefined;
  analysis: AnalyserSettings | undefined;
  timeoutMs(pictures: number): number;
};

type Timed = Decoded & { decodeMs: number };
/** Ms in which stages may still begin, for all pictures of a batch together. */
type Budget = { leftMs: number };
type Said = { captioned: Captioned; features: GridFeatures | undefined };

/** What does not run behind a captioner: the head on grid features, where it gives none. */
export const stagesWithout = ({ features }: Loaded): Stage[] => (features === undefined ? ['attributes'] : []);

/** Captions batches, one after the other. */
export class CaptionLane {
  readonly settings: LaneSettings;
  readonly analyser: Analyser | undefined;
  readonly decoder: PixelDecoder;
  worker: WorkerThread;
  #modelTurn: Turns = turns();
  #analysisTurn: Turns = turns();

  constructor(settings: LaneSettings) {
    const { orders, limits, nodePath, analysis } = settings;
    this.settings = settings;
    this.worker = new WorkerThread(orders);
    this.decoder = decoderProcess(limits, { nodePath });
    this.analyser = analysis && analyser(analysis);
  }

  /** The outcomes in the pictures' places. @param whenDecoded called once the decoder is free again */
  async caption(
    pictures: readonly EncodedPicture[],
    choices: CaptionChoices,
    loaded: Loaded,
    whenDecoded: () => void,
  ): Promise<(Captioned | Error)[]> {
    const decoded = await this.#decodeAll(pictures, loaded);
    whenDecoded();
    const readable = decoded.flatMap((one) => (one instanceof Error ? [] : [one]));
    const said = (await this.#modelTurn(() => this.#captionDecoded(readable, choices, loaded))).values();
    const outcomes: (Captioned | Error)[] = [];
    const budget: Budget = { leftMs: this.settings.analysis?.budgetMs ?? Number.POSITIVE_INFINITY };
    for (const one of decoded) {
      const outcome = one instanceof Error ? one : (said.next().value ?? asPictureError(undefined));
      outcomes.push(
        one instanceof Error || outcome instanceof Error ? asOutcome(outcome) : await this.#withFacts(one, outcome, loaded, budget),
      );
    }
    return outcomes;
  }

  close(): void {
    this.decoder.close();
    this.worker.close();
    this.analyser?.close();
  }

  async #decodeAll(pictures: readonly EncodedPicture[], { image }: Loaded): Promise<(Timed | Error)[]> {
    const decoded: (Timed | Error)[] = [];
    for (const { bytes, analyse } of pictures) {
      const began = performance.now();
      try {
        const one = await this.decoder.decode(bytes, image, this.analyser !== undefined && analyse !== false);
        decoded.push({ ...one, decodeMs: performance.now() - began });
      } catch (thrown) {
        decoded.push(asPictureError(thrown));
      }
    }
    return decoded;
  }

  async #captionDecoded(decoded: readonly Timed[], choices: CaptionChoices, loaded: Loaded): Promise<(Said | Error)[]> {
    if (decoded.length === 0) return [];
    try {
      await this.#revive(loaded);
      const pixels = decoded.map((one) => one.pixels);
      const wantsFeatures = this.settings.analysis?.stages.includes('attributes') ?? false;
      const batch = await this.worker.caption(pixels, choices, this.settings.timeoutMs(pixels.length), wantsFeatures);
      return decoded.map(({ picture, decodeMs }, i) => {
        const caption = batch.captions[i];
        if (caption === undefined) return asPictureError(undefined);
        return { captioned: { ...caption, picture, ms: { ...caption.ms, decode: decodeMs } }, features: batch.features[i] };
      });
    } catch (thrown) {
      if (decoded.length > 1 && this.worker.alive) return await this.#oneByOne(decoded, choices, loaded);
      return decoded.map(() => asPictureError(thrown));
    }
  }

  /** After a batch that failed as a whole: which of its pictures it was is seen when each is alone. */
  async #oneByOne(decoded: readonly Timed[], choices: CaptionChoices, loaded: Loaded): Promise<(Said | Error)[]> {
    const outcomes: (Said | Error)[] = [];
    for (const one of decoded) outcomes.push(...(await this.#captionDecoded([one], choices, loaded)));
    return outcomes;
  }

  async #withFacts(
    { analysis: coming, picture }: Timed,
    { captioned, features }: Said,
    loaded: Loaded,
    budget: Budget,
  ): Promise<Captioned> {
    const { analyser, settings } = this;
    const analysis = await coming;
    if (analyser === undefined || analysis === undefined) return captioned;
    const without = stagesWithout(loaded);
    const stages = settings.analysis?.stages.filter((stage) => !without.includes(stage)) ?? [];
    if (analysis instanceof Error) return { ...captioned, facts: unseen(stages, analysis.message).facts };
    const { pixels, encoding, ms: pixelsMs } = analysis;
    const size = { width: picture.width, height: picture.height };
    const input = { pixels, size, encoding, ...(features && { features }) };
    const captioner = { by: loaded.model, image: loaded.image };
    const { facts, ms } = await this.#analysisTurn(async () => {
      const began = performance.now();
      const captionCrops = (crops: Uint8Array[]) => this.#modelTurn(() => this.#captionCrops(crops, loaded));
      const found = await analyser.analyse({ input, captioner, without, leftMs: budget.leftMs }, captionCrops);
      budget.leftMs -= performance.now() - began;
      return found;
    });
    return { ...captioned, facts, ms: { ...captioned.ms, facts: { pixels: pixelsMs, ...ms } } };
  }

  async #captionCrops(crops: Uint8Array[], loaded: Loaded): Promise<Caption[]> {
    await this.#revive(loaded);
    return (await this.worker.caption(crops, {}, this.settings.timeoutMs(crops.length))).captions;
  }

  /** Replaces a worker that ended. @throws PackageRefused when the package on disk is no longer the same */
  async #revive({ fingerprint }: Loaded): Promise<void> {
    if (this.worker.alive) return;
    const { orders } = this.settings;
    this.worker = new WorkerThread(orders);
    if ((await this.worker.loaded).fingerprint === fingerprint) return;
    this.worker.close(); // or the next batch would find it alive
    throw changed(orders.folder);
  }
}

const asOutcome = (outcome: Said | Error): Captioned | Error => (outcome instanceof Error ? outcome : outcome.captioned);

/** A package that is another than the one that was loaded first. */
export const changed = (folder: string): PackageRefused =>
  new PackageRefused(`model package ${folder} refused: manifest.json changed while it was in use`);
