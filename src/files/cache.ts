import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where fetched data sets are: EPRBP_CACHE, or eprbp/ in the user's cache folder (XDG, by which a relative one counts for nothing). */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { EPRBP_CACHE: own, XDG_CACHE_HOME: xdg } = environment;
  if (own !== undefined && own !== '') return own;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'eprbp');
}
