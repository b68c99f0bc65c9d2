import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { localDynamo, startTable } from '../support/dynalite-table.ts';
import { fakeStore } from '../support/fake-store.ts';
import { recordStoreContract } from './record-store.ts';

const NOW = 1_800_000_000_000;

recordStoreContract('the store in memory', async () => ({ store: fakeStore(), close: async () => {} }));

recordStoreContract('the store in DynamoDB', async () => {
  const table = await startTable();
  const client = localDynamo(table.url);
  return {
    store: dynamoRecords({ client, tableName: table.tableName, now: () => NOW }),
    async close() {
      client.destroy();
      await table.close();
    },
  };
});
