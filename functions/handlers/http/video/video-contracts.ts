// What the OpenAPI document says about the route of videos.
import * as z from 'zod';
import type { VideoRouteName } from '../../../core/video/video-routes.ts';
import type { Contract } from '../contracts.ts';

/** Media type of WebVTT, RFC-less: https://www.w3.org/TR/webvtt1/#iana-text-vtt */
export const VTT_TYPE = 'text/vtt; charset=utf-8';

const EXAMPLE = 'WEBVTT\n\n1\n00:00:00.000 --> 00:00:06.200\nA dog runs on grass.\n';

/** The contracts of these routes. */
export const VIDEO_CONTRACTS: Record<VideoRouteName, Contract> = {
  'GET /v1/images/{id}/descriptions.vtt': {
    operationId: 'getDescriptions',
    summary: "A video's descriptions, shot by shot, as WebVTT",
    description: 'For <track kind="descriptions">. A cue for each shot about which the model says something; 404 for what is no video.',
    status: 200,
    answers: [{ schema: z.string(), example: EXAMPLE, type: 'text/vtt' }],
    cached: true,
    errors: ['NOT_FOUND', 'NOTHING_TO_SAY'],
  },
};
