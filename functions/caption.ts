// npm run caption: captions for photos on this machine.
import { captionCommand } from './handlers/caption/caption-command.ts';
import { captionPorts } from './wiring/caption-cli.ts';
import { readConfig, settingsOrExit } from './wiring/config.ts';

process.stdout.on('error', () => process.exit()); // whoever read the captions has gone
process.exitCode = await captionCommand(process.argv.slice(2), captionPorts(settingsOrExit(readConfig), process.stdout, process.stderr));
