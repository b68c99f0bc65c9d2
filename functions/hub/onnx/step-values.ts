// The inputs and outputs of a step as they are described: names of sizes that are the same exactly where the sizes are.
import type { State } from './decoder-inputs.ts';
import type { Dimension, Graph, Value } from './model.ts';

const withDimensions = (value: Value, change: (dimension: Dimension, axis: number) => Dimension): Value => ({
  ...value,
  type: {
    ...value.type,
    tensorType: { ...value.type?.tensorType, shape: { dim: (value.type?.tensorType?.shape?.dim ?? []).map(change) } },
  },
});

const described = (elemType: number, dims: readonly (string | number)[]): Value['type'] => ({
  tensorType: { elemType, shape: { dim: dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })) } },
});

/** Rows change between steps and time grows, so equal names of exporters for both would be wrong. */
export const describeStep = (step: Graph, states: readonly State[], memory: readonly string[], memoryRows: 'pictures' | 'rows'): Graph => {
  const inputs = new Map(
    states.map(({ input, heads, width, elemType }) => [input, described(elemType, ['rows_before', heads, 'time', width])]),
  );
  const outputs = new Map(
    states.map(({ output, heads, width, elemType }) => [output, described(elemType, ['rows', heads, 'time_next', width])]),
  );
  const typed = (value: Value, types: ReadonlyMap<string, Value['type']>): Value => {
    const type = types.get(value.name);
    return type === undefined ? value : { ...value, type };
  };
  return {
    ...step,
    input: (step.input ?? []).map((value) =>
      memory.includes(value.name)
        ? withDimensions(value, (dim, axis) => (axis === 0 ? { dimParam: memoryRows } : dim))
        : typed(value, inputs),
    ),
    output: (step.output ?? []).map((value) => typed(value, outputs)),
  };
};
