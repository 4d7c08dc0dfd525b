import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched data sets are: EPRBP_CACHE, or eprbp/ in the user's cache folder (XDG). */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { EPRBP_CACHE: own, XDG_CACHE_HOME: xdg } = environment;
  if (own !== undefined && own !== '') return own;
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'eprbp');
}
