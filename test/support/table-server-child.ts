// Runs a table server in a process of its own, to be killed. The second argument: its tables, as JSON.
import { startTableServer } from '../../infra/local/servers/table-server.ts';

const table = {
  TableName: 'records',
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
};
const [, , folder = '', tables] = process.argv;
const server = await startTableServer({ folder, port: 0, tables: tables === undefined ? [table] : JSON.parse(tables) });
process.send?.(server.url);
