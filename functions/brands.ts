// npm run brands: the brands whose marks the logo stage knows, added by an SVG alone, listed and removed.
import { brandsCommand } from './handlers/brands/brands-command.ts';
import { brandsPorts } from './wiring/brands.ts';
import { readModelsConfig, settingsOrExit } from './wiring/config.ts';

process.stdout.on('error', () => process.exit()); // whoever read it has gone
process.exitCode = await brandsCommand(
  process.argv.slice(2),
  brandsPorts(settingsOrExit(readModelsConfig), process.stdout, process.stderr),
);
