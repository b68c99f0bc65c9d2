// npm run ops: looks after a running service, on this machine or on AWS.
import { operatorCommand } from './handlers/operator/operator-command.ts';
import { readOperatorConfig, settingsOrExit } from './wiring/config.ts';
import { operatorPorts } from './wiring/operate.ts';

process.stdout.on('error', () => process.exit()); // whoever read it has gone
process.exitCode = await operatorCommand(
  process.argv.slice(2),
  operatorPorts(settingsOrExit(readOperatorConfig), process.stdout, process.stderr),
);
