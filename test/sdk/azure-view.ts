// Prints our views in the form of Azure Image Analysis 4.0 as JSON, for test_azure_sdk.py: of a picture with everything, and of one with nothing.
import { azureView } from '../../functions/core/views/azure-view.ts';
import { analysedRecord } from '../support/analysed-record.ts';
import { readyRecord } from '../support/api.ts';

const RULES = { genderNeutral: true };
const { picture: _, machine: _none, ...nothing } = await readyRecord('b.jpg', { state: 'PENDING', texts: {} });

console.log(JSON.stringify({ everything: azureView(await analysedRecord('a.jpg'), RULES), nothing: azureView(nothing, RULES) }));
