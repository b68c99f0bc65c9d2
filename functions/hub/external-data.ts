// Constants that a model keeps in files beside it are put into the model, wherever in it they are.
import type { RepositoryFiles } from './convert.ts';
import { HubError } from './hub-error.ts';
import type { Model, Tensor } from './onnx/model.ts';
import { MAX_GRAPH_BYTES } from './onnx/write-model.ts';

const EXTERNAL = 1;

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isExternal = (value: object): value is Tensor => 'dataLocation' in value && value.dataLocation === EXTERNAL;

/** The same with every constant that lies outside changed: of the graph, of settings of nodes, of graphs inside, of functions. */
const withExternal = <T>(value: T, change: (tensor: Tensor) => Tensor): T => {
  const changed = (part: unknown): unknown => {
    if (Array.isArray(part)) return typeof part[0] === 'object' ? part.map(changed) : part;
    if (!isPlain(part)) return part;
    if (isExternal(part)) return change(part);
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, changed(inner)]));
  };
  return changed(value) as T;
};

const entryOf = ({ externalData = [] }: Tensor, key: string): string | undefined => externalData.find((entry) => entry.key === key)?.value;

const pathOf = (tensor: Tensor, graphPath: string): string => {
  const location = entryOf(tensor, 'location') ?? '';
  if (!/^[A-Za-z0-9][\w.-]*$/.test(location))
    throw new HubError(`Expected ${graphPath} to keep its data beside itself but it names "${location}"`);
  return graphPath.slice(0, graphPath.lastIndexOf('/') + 1) + location;
};

const placeOf = (tensor: Tensor, key: 'offset' | 'length', otherwise: number, graphPath: string): number => {
  const text = entryOf(tensor, key) ?? String(otherwise);
  if (!/^\d{1,15}$/.test(text)) throw new HubError(`Expected ${graphPath} to say in bytes where its data lie but the ${key} is "${text}"`);
  return Number(text);
};

const inlined = (tensor: Tensor, graphPath: string, data: ReadonlyMap<string, Uint8Array>): Tensor => {
  const { externalData: _, dataLocation: __, ...rest } = tensor;
  const path = pathOf(tensor, graphPath);
  const bytes = data.get(path) ?? new Uint8Array();
  const start = placeOf(tensor, 'offset', 0, graphPath);
  const end = start + placeOf(tensor, 'length', Math.max(0, bytes.length - start), graphPath);
  if (end > bytes.length) throw new HubError(`Expected ${path} to have ${end} bytes but it has ${bytes.length}`);
  return { ...rest, rawData: bytes.subarray(start, end) };
};

/** The model with all of its constants inside. @throws HubError when they do not fit or are not there */
export const inlineExternal = async (model: Model, graphPath: string, files: RepositoryFiles): Promise<Model> => {
  const paths = new Set<string>();
  withExternal(model, (tensor) => {
    paths.add(pathOf(tensor, graphPath));
    return tensor;
  });
  if (paths.size === 0) return model;
  const data = new Map<string, Uint8Array>();
  for (const path of paths) {
    if (!files.list.includes(path)) throw new HubError(`Expected the repository to have ${path}, which ${graphPath} needs`);
    data.set(path, await files.read(path));
  }
  const total = [...data.values()].reduce((sum, { length }) => sum + length, 0);
  if (total > MAX_GRAPH_BYTES)
    throw new HubError(`Expected the constants of ${graphPath} to have at most 2 GB together but they have ${total} bytes`);
  return withExternal(model, (tensor) => inlined(tensor, graphPath, data));
};
