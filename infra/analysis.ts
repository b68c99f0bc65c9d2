// What both captioning functions are told about the analysis, and may do for it.
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Settings } from './settings.ts';

/** Variables that say what is analysed. */
export const analysisVariables = ({ analysis, textReader }: Settings): Record<string, string> => ({
  ANALYSIS: analysis.length === 0 ? 'off' : analysis.join(','),
  TEXT_READER: textReader,
});

/** Lets Amazon Rekognition read text, where it is asked to; it has nothing that the right could be limited to. */
export const allowAnalysis = (role: IRole, { textReader }: Settings): void => {
  if (textReader === 'rekognition')
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['rekognition:DetectText'], resources: ['*'] }));
};
