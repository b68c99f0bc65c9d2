// Program files that lie beside the running one: .ts in the source tree, .js in a bundle.

/**
 * The file `name` beside a module, with the module's own extension.
 * @param module its import.meta.url
 */
export const besideModule = (module: string, name: string): URL => new URL(`./${name}${/\.[a-z]+$/.exec(module)?.[0] ?? ''}`, module);
