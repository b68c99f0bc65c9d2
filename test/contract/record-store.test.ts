// The contracts of RecordStore against the store in memory and DynamoDB's adapter.
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '../../functions/adapters/aws/dynamo-items.ts';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { localDynamo, startTable } from '../support/dynalite-table.ts';
import { fakeStore } from '../support/fake-store.ts';
import { keyListsContract } from './key-lists.ts';
import { type OpenStore, recordStoreContract } from './record-store.ts';
import { reviewQueueContract } from './review-queue.ts';

const NOW = 1_800_000_000_000;

/** Items of one write: DynamoDB's limit. */
const BATCH_ITEMS = 25;

const inMemory = async (): Promise<OpenStore> => {
  const store = fakeStore();
  return {
    store,
    async seed(records) {
      for (const record of records) store.records.set(record.id, record);
    },
    close: async () => {},
  };
};

const inDynamo = async (): Promise<OpenStore> => {
  const table = await startTable();
  const client = localDynamo(table.url);
  return {
    store: dynamoRecords({ client, tableName: table.tableName, now: () => NOW }),
    async seed(records) {
      for (let at = 0; at < records.length; at += BATCH_ITEMS) {
        const requests = records.slice(at, at + BATCH_ITEMS).map((record) => ({ PutRequest: { Item: toItem(record) } }));
        await client.send(new BatchWriteItemCommand({ RequestItems: { [table.tableName]: requests } }));
      }
    },
    async close() {
      client.destroy();
      await table.close();
    },
  };
};

for (const suite of [recordStoreContract, keyListsContract, reviewQueueContract]) {
  suite('the store in memory', inMemory);
  suite('the store in DynamoDB', inDynamo);
}
