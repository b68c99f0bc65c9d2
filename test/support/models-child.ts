// The models command as a process, in a folder of its own: models-child.ts FOLDER ARGUMENTS. The hub is named by the environment.
import { join, resolve } from 'node:path';
import { modelsCommand } from '../../functions/handlers/models/models-command.ts';
import { readModelsConfig, settingsOrExit } from '../../functions/wiring/config.ts';
import { modelsPorts } from '../../functions/wiring/models.ts';

const [folder = '.', ...argv] = process.argv.slice(2);
const root = resolve(folder);
const config = {
  ...settingsOrExit(readModelsConfig),
  modelsFolder: join(root, 'models'),
  loadFolder: join(root, 'hub'),
  contextFile: join(root, 'cdk.json'),
};
process.exitCode = await modelsCommand(argv, modelsPorts(config, process.stdout, process.stderr));
