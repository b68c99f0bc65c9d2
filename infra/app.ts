// The CDK app. Run by the CDK command line, it takes its context from there; tests and the local run call makeApp and synthesize.
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { CodedError, ConfigError } from '../functions/core/errors.ts';
import { checkTemplate } from './check-template.ts';
import type { Template } from './checks/look.ts';
import { guard } from './nag.ts';
import { preflight } from './preflight.ts';
import { readSettings, type Settings } from './settings.ts';
import { CaptionStack } from './stack.ts';

/** Name of the stack in CloudFormation, and of its template in the assembly. */
export const STACK_NAME = 'caption-on-upload';

/** An app that can be synthesized, its stack, and the settings that it was made with. */
export type MadeApp = { app: App; stack: CaptionStack; settings: Settings };

/** `bundling` false: placeholders for code and layers; `outdir`: where the assembly is written. */
export type MakeOptions = { bundling?: boolean; outdir?: string };

/** @throws ConfigError */
export const makeApp = (context: Readonly<Record<string, unknown>>, { bundling = true, outdir }: MakeOptions = {}): MadeApp => {
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    context: { ...recommended, ...context },
    ...(outdir !== undefined && { outdir }),
  });
  const settings = readSettings(app.node.getAllContext());
  preflight(settings);
  const stack = new CaptionStack(app, STACK_NAME, settings, { bundling });
  guard(app, stack, settings);
  return { app, stack, settings };
};

/** What synthesis wrote: assets are folders `asset.<S3Key without .zip>` in `assetsFolder`. */
export type Synthesized = { template: Template; assetsFolder: string };

/** Writes the assembly. @throws ConfigError with a line for each thing that is wrong with the template */
const write = ({ app, stack }: MadeApp): Synthesized => {
  const assembly = app.synth();
  const template: Template = JSON.parse(readFileSync(assembly.getStackByName(stack.stackName).templateFullPath, 'utf8'));
  const wrong = checkTemplate(template);
  if (wrong.length > 0) throw new ConfigError(wrong.map((line) => `template: ${line}`).join('\n'));
  return { template, assetsFolder: assembly.directory };
};

/** Synthesizes in this process into `outdir`. @throws ConfigError */
export const synthesize = (context: Readonly<Record<string, unknown>>, outdir: string, options: { bundling?: boolean } = {}): Synthesized =>
  write(makeApp(context, { ...options, outdir }));

if (import.meta.main) {
  try {
    write(makeApp({}));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
