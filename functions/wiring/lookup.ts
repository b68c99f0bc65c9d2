// The lookup function: its settings and adapters behind the HTTP app.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dynamoClient, dynamoRecords } from '../adapters/aws/dynamo-records.ts';
import { pollyClient, pollySpeech } from '../adapters/aws/polly.ts';
import { s3Client, s3Objects } from '../adapters/aws/s3-objects.ts';
import { amazonTranslator, translateClient } from '../adapters/aws/translate.ts';
import { cursorSealer } from '../adapters/cursor-sealer.ts';
import { powertoolsTelemetry } from '../adapters/telemetry.ts';
import { ConfigError } from '../core/errors.ts';
import type { ModelCard } from '../handlers/http/api-env.ts';
import { type ApiEvent, type ApiResult, apiHandler } from '../handlers/http/api-lambda.ts';
import { lookupApp } from '../handlers/http/app.ts';
import { modelsSchema } from '../handlers/http/schemas.ts';
import type { LookupConfig } from './config-lookup.ts';
import { lookupPage } from './lookup-page.ts';
import { readVocabulary } from './own-vocabulary.ts';
import { readBundledPacks } from './rule-packs.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

/** @throws ConfigError */
const readModelCards = (file: string): readonly ModelCard[] => {
  try {
    return modelsSchema.parse({ models: JSON.parse(readFileSync(resolve(HERE, file), 'utf8')) }).models;
  } catch (thrown) {
    const why = thrown instanceof Error && 'code' in thrown ? 'no file that can be read' : 'another content';
    throw new ConfigError(`MODEL_CARDS_FILE: expected a JSON list of model cards but received ${why}; bundle the function again`);
  }
};

/**
 * The handler of the lookup function.
 * @throws ConfigError when the model cards, the rule packs or the files of the page cannot be read
 */
export const lookupHandler = (config: LookupConfig): ((event: ApiEvent) => Promise<ApiResult>) => {
  const { region, tableName, bucket, keys, maxPictureBytes, changesSettleMs, tombstoneDays } = config;
  const { imageBaseUrl, sitePageUrl, genderNeutral, vocabularyFile, speech, translate, analysis } = config;
  const objects = s3Objects(s3Client(region));
  const service = {
    lookup: {
      store: dynamoRecords({ client: dynamoClient(region), tableName, now: Date.now }),
      objects,
      sealer: cursorSealer(config.cursorSecret),
      clock: Date.now,
      settings: {
        ...{ bucket, keys, maxPictureBytes, changesSettleMs, tombstoneDays, imageBaseUrl, sitePageUrl, genderNeutral, analysis },
        ...(vocabularyFile !== undefined && { vocabulary: readVocabulary(resolve(HERE, vocabularyFile), 'VOCABULARY_FILE') }),
      },
      ...(speech === 'polly' && { speech: pollySpeech(pollyClient(region)) }),
      ...(translate === 'amazon' && { translator: amazonTranslator(translateClient(region)) }),
    },
    modelCards: readModelCards(config.modelCardsFile),
    rulePacks: readBundledPacks(resolve(HERE, config.rulePacksFile)),
    telemetry: powertoolsTelemetry('lookup'),
  };
  return apiHandler(lookupApp(service, lookupPage(config, objects, HERE)));
};
