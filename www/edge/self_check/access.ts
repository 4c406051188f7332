// Whose token it is, which account it opens, and what its user may do there.
import { type Asker, isObject, type Json, Unexpected } from './asker.ts';
import type { Findings } from './findings.ts';

/** What we do with entities of each kind; tasks have no right to add. */
const NEEDED = {
  contacts: ['view', 'edit', 'add'],
  leads: ['view', 'edit', 'add'],
  tasks: ['edit'],
} as const;

/** The account as it answered. */
export async function checkAccess(
  asker: Asker,
  findings: Findings,
  connected: number | undefined,
): Promise<void> {
  const account = await asker.read('/api/v4/account');
  if (!account || typeof account.id !== 'number' || typeof account.current_user_id !== 'number') {
    throw new Unexpected('answer_unexpected', { path: '/api/v4/account', status: 200 });
  }
  asker.works();
  findings.add('token_works', { account: account.id });
  if (connected !== undefined && account.id !== connected) {
    findings.add('account_changed', { connected, found: account.id });
  }
  await checkRights(asker, findings, account.current_user_id);
}

async function checkRights(asker: Asker, findings: Findings, user: number): Promise<void> {
  const { status, body } = await asker.ask('GET', `/api/v4/users/${user}`);
  // Only administrators may read users.
  const rights = status === 200 && isObject(body) && isObject(body.rights) ? body.rights : undefined;
  if (!rights && status !== 403) throw new Unexpected('answer_unexpected', { path: '/api/v4/users', status });
  findings.add(rights?.is_admin === true ? 'user_admin' : 'not_admin', { user });
  if (rights) findings.addAll(missing(rights), 'rights_whole');
  else findings.add('rights_unknown');
}

/** A: all of them; D: none; anything else: some, e.g. those of one's own group. */
function missing(rights: Json) {
  const found = [];
  for (const [entity, names] of Object.entries(NEEDED)) {
    const own = rights[entity];
    for (const right of names) {
      const level = isObject(own) ? own[right] : undefined;
      if (level === 'A') continue;
      const code = level === 'D' ? ('right_denied' as const) : ('right_limited' as const);
      found.push({ code, params: { entity, right, level: level ?? null } });
    }
  }
  return found;
}
