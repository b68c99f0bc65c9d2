// The port to whatever runs a package's ONNX graphs, and small tensor helpers.

/** A tensor as the graphs take and give it. Row-major. */
export type Tensor = { readonly data: Float32Array | BigInt64Array; readonly dims: readonly number[] };

/** What a graph gave back: `data` may be of any kind that the engine knows. */
export type Output = { readonly data: unknown; readonly dims: readonly number[] };

/** Inputs of a graph by name. A graph's output may be fed back as it is. */
export type Feeds = Record<string, Tensor | Output>;

/** Runs one graph: inputs by name -> outputs by name. */
export type Run = (feeds: Feeds) => Promise<Record<string, Output>>;

/** The stages of the encoder, in the manifest's order, and the decoder step of one package. */
export type Graphs = { encode: readonly Run[]; step: Run };

/** int64 [n] */
export const int64Vector = (numbers: readonly number[]): Tensor => ({ data: BigInt64Array.from(numbers, BigInt), dims: [numbers.length] });

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

/** One tensor of the pictures' tensors, joined on axis 0: [1, ...] each -> [pictures, ...]. */
export const stack = (outputs: readonly (Output | undefined)[], name: string): Output => {
  const [first] = outputs;
  if (outputs.length === 1 && first !== undefined) return first;
  const parts = outputs.map((output) => floatsOf(output, name));
  const size = parts[0]?.length ?? 0;
  const data = new Float32Array(size * parts.length);
  parts.forEach((part, i) => {
    data.set(part, i * size);
  });
  return { data, dims: [parts.length, ...(first?.dims.slice(1) ?? [])] };
};
