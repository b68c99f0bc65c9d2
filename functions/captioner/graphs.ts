// The port to whatever runs a package's ONNX graphs, and small tensor helpers.

/** A tensor as the graphs take it. Row-major; `type` where the data alone do not tell it (float16 in uint16). */
export type Tensor = {
  readonly data: Float32Array | BigInt64Array | Uint16Array;
  readonly dims: readonly number[];
  readonly type?: string;
};

/** What a graph gave back: `data` may be of any kind that the engine knows. */
export type Output = { readonly data: unknown; readonly dims: readonly number[]; readonly type?: string };

/** Inputs of a graph by name. A graph's output may be fed back as it is. */
export type Feeds = Record<string, Tensor | Output>;

/** Runs one graph: inputs by name -> outputs by name. */
export type Run = (feeds: Feeds) => Promise<Record<string, Output>>;

/** The stages of the encoder, in the manifest's order, and the decoder step of one package. */
export type Graphs = {
  encode: readonly Run[];
  step: Run;
  /** pictures that the encoder takes at once; 1 where a batch is no faster */
  encoderBatch?: number;
};

/** int64 [n] */
export const int64Vector = (numbers: readonly number[]): Tensor => ({ data: BigInt64Array.from(numbers, BigInt), dims: [numbers.length] });

/** int64 [rows, n], the same numbers in each row */
export const int64Rows = (numbers: readonly number[], rows: number): Tensor => ({
  data: BigInt64Array.from({ length: rows * numbers.length }, (_, i) => BigInt(numbers[i % numbers.length] ?? 0)),
  dims: [rows, numbers.length],
});

/** The float32 values of a graph's output. @throws TypeError when it holds something else */
export const floatsOf = (output: Output | undefined, name: string): Float32Array => {
  if (output?.data instanceof Float32Array) return output.data;
  throw new TypeError(`Expected float32 for output ${name} but received ${output === undefined ? 'nothing' : typeof output.data}`);
};

/** The int64 values of a graph's output as numbers. @throws TypeError when it holds something else */
export const integersOf = (output: Output | undefined, name: string): number[] => {
  if (output?.data instanceof BigInt64Array) return Array.from(output.data, Number);
  throw new TypeError(`Expected int64 for output ${name} but received ${output === undefined ? 'nothing' : typeof output.data}`);
};

type Elements = { bytes: Uint8Array; like: new (buffer: ArrayBuffer) => ArrayBufferView };

/** The bytes of an output, whatever its numbers are, and the kind of array that they came in. */
const elementsOf = (output: Output | undefined, name: string): Elements => {
  if (!ArrayBuffer.isView(output?.data)) throw new TypeError(`Expected numbers for ${name} but received ${typeof output?.data}`);
  const { buffer, byteOffset, byteLength } = output.data;
  return { bytes: new Uint8Array(buffer, byteOffset, byteLength), like: output.data.constructor as Elements['like'] };
};

const outputOf = ({ type, dims }: Output, bytes: ArrayBuffer, like: Elements['like'], rows: number): Output => ({
  data: new like(bytes),
  dims: [rows, ...dims.slice(1)],
  ...(type === undefined ? {} : { type }),
});

/** Outputs of batches, joined on axis 0 as they come, so that none is kept beside its copy. */
export type Joiner = {
  /** @throws TypeError when the output holds no numbers */
  add(name: string, output: Output | undefined): void;
  joined(): Feeds;
};

const NOTHING: Output = { data: undefined, dims: [] };

/** @param rows sum of all batches on axis 0; a batch that has them all is passed on as it is */
export const joiner = (rows: number): Joiner => {
  const whole: Record<string, Output> = {};
  const filled = new Map<string, number>();
  return {
    add(name, output = NOTHING) {
      const { bytes, like } = elementsOf(output, name);
      const [count = 0] = output.dims;
      if (count === rows) {
        whole[name] = output;
        return;
      }
      whole[name] ??= outputOf(output, new ArrayBuffer((bytes.length / count) * rows), like, rows);
      const at = filled.get(name) ?? 0;
      elementsOf(whole[name], name).bytes.set(bytes, at);
      filled.set(name, at + bytes.length);
    },
    joined: () => whole,
  };
};

/** The named rows of axis 0, in that order; a row may be named more than once. @throws TypeError when it holds no numbers */
export const pickRows = (output: Output, rows: readonly number[], name: string): Output => {
  const { bytes, like } = elementsOf(output, name);
  const size = bytes.length / Math.max(1, output.dims[0] ?? 1);
  const picked = new Uint8Array(rows.length * size);
  rows.forEach((row, i) => {
    picked.set(bytes.subarray(row * size, (row + 1) * size), i * size);
  });
  return outputOf(output, picked.buffer, like, rows.length);
};
