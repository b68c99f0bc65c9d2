// Runs a table server in a process of its own, to be killed.
import { startTableServer } from '../../infra/local/servers/table-server.ts';

const table = {
  TableName: 'records',
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
};
const server = await startTableServer({ folder: process.argv[2] ?? '', port: 0, tables: [table] });
process.send?.(server.url);
