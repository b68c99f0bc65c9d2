// Rules about the file: its format, whether its name says that format, whether it is see-through, and whether others look the same.
import type { MediaFormat } from '../picture/video-format.ts';
import { NOT_READ, whyNot } from './number-measures.ts';
import type { RuleOf } from './rule-pack.ts';
import type { Finding, RuleSubject } from './verdict.ts';

/** Extensions of each format, in lower case. */
const EXTENSIONS: Readonly<Record<MediaFormat, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png'],
  webp: ['webp'],
  gif: ['gif'],
  avif: ['avif'],
  tiff: ['tif', 'tiff'],
  mp4: ['mp4', 'm4v', 'mov'],
  webm: ['webm'],
};

/** What a file's name ends with, in lower case and without the dot; '' when there is none. */
const extensionOf = (name: string): string => /\.([^./\\]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Whether the format is an allowed one. */
export const checkFormat = ({ file }: RuleSubject, { allowed }: RuleOf<'format'>): Finding => {
  if (file === undefined) return { result: 'unknown', limit: { allowed }, why: NOT_READ };
  return { result: allowed.some((format) => format === file.format) ? 'pass' : 'fail', measured: file.format, limit: { allowed } };
};

/** Whether the name ends as files of the format do. */
export const checkExtension = ({ file, name }: RuleSubject): Finding => {
  if (file === undefined) return { result: 'unknown', why: NOT_READ };
  const allowed = EXTENSIONS[file.format];
  const extension = extensionOf(name);
  return { result: allowed.includes(extension) ? 'pass' : 'fail', measured: extension, limit: { allowed } };
};

/** Whether no part can be seen through. */
export const checkTransparency = (subject: RuleSubject): Finding => {
  const { quality } = subject.facts;
  const limit = { allowed: ['opaque'] };
  if (quality === undefined) return { result: 'unknown', limit, why: whyNot(subject, 'quality') };
  return { result: quality.hasAlpha ? 'fail' : 'pass', measured: quality.hasAlpha ? 'transparent' : 'opaque', limit };
};

/** Whether no other picture looks the same: those whose hashes differ in at most `distance` bits. */
export const checkDuplicates = ({ duplicates, comparedOnly }: RuleSubject, { distance }: RuleOf<'duplicates'>): Finding => {
  if (duplicates === undefined) return { result: 'unknown', why: 'the picture was not compared with others' };
  const same = duplicates.filter((duplicate) => duplicate.distance <= distance).map(({ name }) => name);
  if (same.length > 0) return { result: 'fail', measured: same };
  return comparedOnly === undefined
    ? { result: 'pass', measured: same }
    : { result: 'unknown', why: `none was found, but only ${comparedOnly} were compared` };
};
