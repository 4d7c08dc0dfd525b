import { keepsValidation } from '../data/split.js';
import type { Issue } from '../errors.js';
import type { Dynamics } from '../model/types.js';
import { dotted } from '../spec/issues.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import { protocolOf } from './parts.js';

/** The protocol's options against the network and the data. */
export function checkProtocol({ protocol, data }: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  if (protocol === undefined || data === undefined) return [];
  return (protocolOf(protocol).problems?.(dynamics, keepsValidation(data)) ?? []).map(([rest, message]) => {
    const path = ['protocol', ...rest];
    return { where: draft.locate(path), message: `${dotted(path, draft.data)} ${message}` };
  });
}
