import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { localDynamo, startTable } from '../support/dynalite-table.ts';
import { fakeStore } from '../support/fake-store.ts';
import { type OpenStore, recordStoreContract } from './record-store.ts';
import { reviewQueueContract } from './review-queue.ts';

const NOW = 1_800_000_000_000;

const inMemory = async (): Promise<OpenStore> => ({ store: fakeStore(), close: async () => {} });

const inDynamo = async (): Promise<OpenStore> => {
  const table = await startTable();
  const client = localDynamo(table.url);
  return {
    store: dynamoRecords({ client, tableName: table.tableName, now: () => NOW }),
    async close() {
      client.destroy();
      await table.close();
    },
  };
};

for (const suite of [recordStoreContract, reviewQueueContract]) {
  suite('the store in memory', inMemory);
  suite('the store in DynamoDB', inDynamo);
}
