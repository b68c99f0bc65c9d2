// The packages on this machine: listed with who uses them, verified, removed, and chosen for a tier of the service.
import { CodedError, ConfigError, UsageError } from '../errors.ts';
import { modelOfTier, type Tier, tiersOf, withModel } from './context-models.ts';
import type { FoundPackage, ModelsWorld } from './models-ports.ts';

/** A package, and which tiers of cdk.json use it. */
export type ListedPackage = FoundPackage & { tiers: readonly Tier[] };

/** What became of the check of a package: undefined when every byte is as it should be. */
export type Verified = FoundPackage & { refused: string | undefined };

const named = async (name: string, { store }: Pick<ModelsWorld, 'store'>): Promise<FoundPackage> => {
  const found = (await store.packages()).find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`There is no package "${name}" here; npm run models -- list names those that are`);
};

/** All packages. @throws CodedError CONFIG when cdk.json cannot be read */
export const listModels = async ({ store, context }: ModelsWorld): Promise<ListedPackage[]> => {
  const text = await context.read();
  return (await store.packages()).map((found) => ({ ...found, tiers: tiersOf(text, found.name) }));
};

/** Checks every digest of one package, or of all. @throws UsageError for a name that there is not */
export const verifyModels = async (name: string | undefined, world: ModelsWorld): Promise<Verified[]> => {
  const chosen = name === undefined ? await world.store.packages() : [await named(name, world)];
  const results: Verified[] = [];
  for (const found of chosen) {
    const refused = await world.store.verify(found).then(
      () => undefined,
      (thrown: unknown) => {
        if (thrown instanceof CodedError) return thrown.message;
        throw thrown;
      },
    );
    results.push({ ...found, refused });
  }
  return results;
};

/** Removes a pulled package that no tier uses. @throws UsageError */
export const removeModel = async (name: string, world: ModelsWorld): Promise<void> => {
  const release = await world.store.lock();
  try {
    const { place } = await named(name, world);
    if (place === 'shipped') throw new UsageError(`${name} is part of this checkout (models/${name}), not pulled: it stays`);
    const [tier] = tiersOf(await world.context.read(), name);
    if (tier !== undefined)
      throw new ConfigError(
        `cdk.json uses ${name} as model of the ${tier}: choose another one first: npm run models -- use m2 --tier ${tier}`,
      );
    await world.store.remove(name);
  } finally {
    release();
  }
};

/** Writes the tier's model into cdk.json. @returns the one before; the same name when nothing was to be done. @throws CodedError */
export const chooseModel = async (name: string, tier: Tier, world: ModelsWorld): Promise<string | undefined> => {
  const found = await named(name, world);
  if (found.summary === undefined) throw new UsageError(`${name} cannot be used: npm run models -- verify ${name} says why`);
  if (found.summary.stage !== undefined)
    throw new UsageError(`${name} captions nothing: it is for the stage ${found.summary.stage} of the analysis`);
  const text = await world.context.read();
  const before = modelOfTier(text, tier);
  if (before !== name) await world.context.write(withModel(text, tier, name));
  return before;
};
