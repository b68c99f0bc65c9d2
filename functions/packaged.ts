// The program caption-on-upload of the npm package. It runs in other people's projects, so paths are relative to where it was started.
import { packagedCommand } from './handlers/audit/audit-command.ts';
import { auditPorts } from './wiring/audit.ts';

process.stdout.on('error', () => process.exit()); // whoever read the results has gone
process.exitCode = await packagedCommand(process.argv.slice(2), auditPorts(process.cwd(), process.stdout, process.stderr));
