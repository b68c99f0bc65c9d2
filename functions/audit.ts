// npm run audit: which images of web pages lack a good alternative text. Paths are relative to where npm was called.
import { auditCommand } from './handlers/audit/audit-command.ts';
import { auditPorts } from './wiring/audit.ts';
import { readOperatorConfig, settingsOrExit } from './wiring/config.ts';

process.stdout.on('error', () => process.exit()); // whoever read the results has gone
const { workingFolder } = settingsOrExit(readOperatorConfig);
process.exitCode = await auditCommand(process.argv.slice(2), auditPorts(workingFolder, process.stdout, process.stderr));
