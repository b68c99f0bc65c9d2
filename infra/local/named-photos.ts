// Uploads the photos named on the command line as any S3 client does, and waits for their alt texts by the API.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { clientSettings } from './environment.ts';
import type { LocalService } from './service.ts';

const POLL_MS = 100;
const GIVE_UP_MS = 300_000;
/** Uploads at the same time. */
const LANES = 8;

const image = z.object({
  state: z.enum(['PENDING', 'READY', 'FAILED', 'DELETED']),
  etag: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  texts: z.object({ alt: z.object({ text: z.string() }).optional() }),
  machine: z.object({ abstained: z.string().optional(), sure: z.array(z.string()) }).optional(),
});

type Image = z.infer<typeof image>;

/** The alt text, or why there is none. */
const wordsOf = ({ state, reason, message, texts, machine }: Image): string => {
  if (state === 'READY' && texts.alt !== undefined) return texts.alt.text;
  if (state !== 'READY') return `${reason ?? state}${message === undefined ? '' : `: ${message}`}`;
  const sure = machine?.sure ?? [];
  return `no alt text (${machine?.abstained ?? 'none was found'})${sure.length > 0 ? `; sure is: ${sure.join(', ')}` : ''}`;
};

const finalImage = async (
  service: LocalService,
  headers: Record<string, string>,
  key: string,
  etag: string,
): Promise<Image | undefined> => {
  const url = `${service.apiUrl}/v1/images?${new URLSearchParams({ key })}`;
  const until = Date.now() + GIVE_UP_MS;
  while (Date.now() < until) {
    const response = await fetch(url, { headers });
    const found = response.ok ? image.parse(await response.json()) : undefined;
    if (found !== undefined && found.state !== 'PENDING' && (found.etag === undefined || found.etag === etag)) return found;
    await setTimeout(POLL_MS);
  }
  return undefined;
};

/** Prints a line for each photo. @returns whether every photo became READY */
export const captionNamed = async (service: LocalService, photos: readonly string[], print: (line: string) => void): Promise<boolean> => {
  const s3 = new S3Client(clientSettings(service.s3Url));
  const headers = { authorization: `Bearer ${await service.token({ scopes: ['captions:read'] })}` };
  const waiting = [...photos];
  let allReady = true;
  const lane = async (): Promise<void> => {
    for (let photo = waiting.shift(); photo !== undefined; photo = waiting.shift()) {
      const key = basename(photo);
      const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: key, Body: await readFile(photo) }));
      const found = await finalImage(service, headers, key, ETag.replaceAll('"', ''));
      allReady &&= found?.state === 'READY';
      print(`${photo}: ${found === undefined ? 'still waiting for its caption' : wordsOf(found)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    s3.destroy();
  }
  return allReady;
};
