// As much of dynalite's interface as the table server uses; the package has no types.
declare module 'dynalite' {
  import type { Server } from 'node:http';

  type DynaliteOptions = { path: string; createTableMs: number };

  /** A server whose `close` also closes the database. */
  const dynalite: (options: DynaliteOptions) => Server;
  export = dynalite;
}
