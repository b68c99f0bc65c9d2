// The conversion of hub repositories, as the models command uses it.
import type { ModelConverter } from '../core/models/models-ports.ts';
import { convertRepository, filesNeeded } from '../hub/convert.ts';

/** Reads, edits and writes graphs in this process. */
export const hubConverter: ModelConverter = {
  filesNeeded: (config, listing, dtype) => filesNeeded(config, listing, { dtype }),
  convert: (source, files, dtype) => convertRepository(source, files, { dtype }),
};
