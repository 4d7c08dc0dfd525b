// `--import=tsx` fails in ava's worker threads on Node 20; registering by hand works everywhere.
import { register } from 'tsx/esm/api';

register();
