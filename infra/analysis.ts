// What both captioning functions are told about the analysis, and may do for it.
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Settings } from './settings.ts';

/** Who reads text; nobody where text is not looked for. */
export const textReaderOf = ({ analysis, textReader }: Settings): Settings['textReader'] =>
  analysis.includes('text') ? textReader : 'off';

/** Variables that say what is analysed. */
export const analysisVariables = (settings: Settings): Record<string, string> => ({
  ANALYSIS: settings.analysis.length === 0 ? 'off' : settings.analysis.join(','),
  TEXT_READER: textReaderOf(settings),
});

/** Lets Amazon Rekognition read text, where it is asked to; it has nothing that the right could be limited to. */
export const allowAnalysis = (role: IRole, settings: Settings): void => {
  if (textReaderOf(settings) === 'rekognition')
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['rekognition:DetectText'], resources: ['*'] }));
};
