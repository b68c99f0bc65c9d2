// GET /settings and GET /models: what this deployment is set to, and who writes its machines' texts.
import { page } from './layout.ts';
import { modelsView } from './models-view.ts';
import type { PageContext } from './page-env.ts';
import { settingsView } from './settings-view.ts';

/** GET /settings */
export const settingsPage = (c: PageContext): Promise<Response> => {
  const { principal, service } = c.var;
  const { scopes, prefixes } = principal;
  const { settings, speech, translator } = service.lookup;
  const main = settingsView({
    settings,
    speaks: speech !== undefined,
    translates: translator !== undefined,
    scopes,
    ...(prefixes && { prefixes }),
  });
  return page(c, { title: 'Settings', main });
};

/** GET /models */
export const modelsPage = (c: PageContext): Promise<Response> => page(c, { title: 'Models', main: modelsView(c.var.service.modelCards) });
