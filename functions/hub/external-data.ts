// Constants that a graph keeps in files beside it are put into the graph.
import type { RepositoryFiles } from './convert.ts';
import { HubError } from './hub-error.ts';
import type { Graph, Model, Tensor } from './onnx/model.ts';
import { MAX_GRAPH_BYTES } from './onnx/write-model.ts';

const EXTERNAL = 1;

const entryOf = ({ externalData = [] }: Tensor, key: string): string | undefined => externalData.find((entry) => entry.key === key)?.value;

const pathOf = (tensor: Tensor, graphPath: string): string => {
  const location = entryOf(tensor, 'location') ?? '';
  if (!/^[A-Za-z0-9][\w.-]*$/.test(location))
    throw new HubError(`Expected ${graphPath} to keep its data beside itself but it names "${location}"`);
  return graphPath.slice(0, graphPath.lastIndexOf('/') + 1) + location;
};

const inlined = (tensor: Tensor, graphPath: string, data: ReadonlyMap<string, Uint8Array>): Tensor => {
  if (tensor.dataLocation !== EXTERNAL) return tensor;
  const { externalData: _, dataLocation: __, ...rest } = tensor;
  const path = pathOf(tensor, graphPath);
  const bytes = data.get(path) ?? new Uint8Array();
  const start = Number(entryOf(tensor, 'offset') ?? 0);
  const end = start + Number(entryOf(tensor, 'length') ?? bytes.length - start);
  if (end > bytes.length) throw new HubError(`Expected ${path} to have ${end} bytes but it has ${bytes.length}`);
  return { ...rest, rawData: bytes.subarray(start, end) };
};

/** The model with all of its constants inside. @throws HubError when they do not fit or are not there */
export const inlineExternal = async (model: Model, graphPath: string, files: RepositoryFiles): Promise<Model> => {
  const external = (model.graph.initializer ?? []).filter(({ dataLocation }) => dataLocation === EXTERNAL);
  const data = new Map<string, Uint8Array>();
  for (const path of new Set(external.map((tensor) => pathOf(tensor, graphPath)))) {
    if (!files.list.includes(path)) throw new HubError(`Expected the repository to have ${path}, which ${graphPath} needs`);
    data.set(path, await files.read(path));
  }
  const total = [...data.values()].reduce((sum, { length }) => sum + length, 0);
  if (total > MAX_GRAPH_BYTES)
    throw new HubError(`Expected the constants of ${graphPath} to have at most 2 GB together but they have ${total} bytes`);
  const graph: Graph = { ...model.graph, initializer: (model.graph.initializer ?? []).map((tensor) => inlined(tensor, graphPath, data)) };
  return { ...model, graph };
};
