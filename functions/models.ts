// npm run models: the model packages of this machine, pulled from a hub, listed, verified, removed and chosen.
import { modelsCommand } from './handlers/models/models-command.ts';
import { readModelsConfig, settingsOrExit } from './wiring/config.ts';
import { modelsPorts } from './wiring/models.ts';

process.stdout.on('error', () => process.exit()); // whoever read it has gone
process.exitCode = await modelsCommand(
  process.argv.slice(2),
  modelsPorts(settingsOrExit(readModelsConfig), process.stdout, process.stderr),
);
