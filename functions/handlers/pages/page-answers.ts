// One answer for each route of the page.
import type { PageRouteName } from '../../core/lookup/page-routes.ts';
import { answerSpeech } from '../http/speech/answer-speech.ts';
import { modelsPage, settingsPage } from './deployment-pages.ts';
import { galleryPage } from './gallery-page.ts';
import type { PageAnswer } from './page-env.ts';
import { changePicture } from './picture-deeds.ts';
import { picturePage } from './picture-page.ts';
import { reportPage } from './report-page.ts';
import { decideReview, reviewPage } from './review-page.ts';
import { descriptions, imageState, picture, planPageUpload } from './script-answers.ts';
import { signIn, signOut } from './session-pages.ts';
import { staticFile } from './static-files.ts';

/** The answers of all routes. */
export const PAGE_ANSWERS: Record<PageRouteName, PageAnswer> = {
  'GET /page.css': staticFile('/page.css'),
  'GET /page.js': staticFile('/page.js'),
  'GET /favicon.svg': staticFile('/favicon.svg'),
  'GET /fill-alt.js': staticFile('/fill-alt.js', 'cross-origin'),
  'POST /session': signIn,
  'POST /session/end': signOut,
  'GET /': galleryPage,
  'POST /uploads': planPageUpload,
  'GET /images/{id}': picturePage,
  'POST /images/{id}': changePicture,
  'GET /images/{id}/state': imageState,
  'GET /images/{id}/picture': picture,
  'GET /images/{id}/descriptions.vtt': descriptions,
  'GET /images/{id}/speech': (c) => answerSpeech(c, c.var.service, c.var.principal),
  'GET /review': reviewPage,
  'POST /review': decideReview,
  'GET /report': reportPage,
  'GET /settings': settingsPage,
  'GET /models': modelsPage,
};
