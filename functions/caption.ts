// npm run caption: captions for photos on this machine.
import { captionCommand } from './handlers/caption-command.ts';
import { captionPorts } from './wiring/caption-cli.ts';
import { config } from './wiring/config.ts';

process.stdout.on('error', () => process.exit()); // whoever read the captions has gone
process.exitCode = await captionCommand(process.argv.slice(2), captionPorts(config, process.stdout, process.stderr));
