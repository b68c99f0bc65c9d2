// Where this checkout keeps its packages, and what is made from them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const REPOSITORY = fileURLToPath(new URL('../', import.meta.url));

/** What `npm ci` installs. */
export const NODE_MODULES = join(REPOSITORY, 'node_modules');

/** Packages of other architectures, kept from one build to the next. */
export const LAYER_CACHE = join(REPOSITORY, '.local', 'layers');
