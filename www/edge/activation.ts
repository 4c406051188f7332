// Activation, whoever gave the tokens: what they open is looked at, and only then anything is kept.
import type { Language, Problem, Reply } from 'ringostat-amocrm';
import type { Ownership } from './account_owner.ts';
import type { Backlog } from './backlog.ts';
import type { Account, Connection, Mode, User } from './connection.ts';
import type { Credentials, Tokens } from './credentials.ts';
import type { Gate, State } from './gate.ts';
import { type Pace, Slice } from './pace.ts';
import { one } from './problem.ts';
import { type Access, type Meter, sendOnce } from './transport.ts';
import type { Released } from './watch.ts';

export interface Candidate {
  mode: Mode;
  baseUrl: string;
  tokens: Tokens;
  language: Language | null;
  /** What was held meanwhile is sent. */
  resend: boolean;
}

export interface Refusal {
  status: number;
  problem: Problem;
}

/** What an activation moves besides the connection itself. */
export interface Surroundings {
  /** Whether something is remembered, and of another account than this one. */
  remembersOther(account: string): boolean;
  /** Nothing is on its way any more. */
  drained(): Promise<void>;
  /** Everything that was remembered of another account is forgotten. */
  switchTo(account: string): void;
  /** The account works after that state, and so many are on their way there. */
  released(released: Released, after: State, now: number): void;
  /** The account is read, missing fields are made. */
  survey(): Promise<void>;
  kick(): Promise<void>;
  /** The account's quota. */
  paceOf(baseUrl: string): Pace;
  meter: Meter;
}

export class Activation {
  readonly #connection: Connection;
  readonly #credentials: Credentials;
  readonly #gate: Gate;
  readonly #owners: Ownership;
  readonly #backlog: Backlog;
  readonly #around: Surroundings;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    connection: Connection,
    credentials: Credentials,
    gate: Gate,
    owners: Ownership,
    backlog: Backlog,
    around: Surroundings,
  ) {
    this.#connection = connection;
    this.#credentials = credentials;
    this.#gate = gate;
    this.#owners = owners;
    this.#backlog = backlog;
    this.#around = around;
  }

  /** Null: the project is connected. Nothing is kept of a candidate that is refused. */
  activate(project: string, candidate: Candidate): Promise<Refusal | null> {
    return this.#inTurn(() => this.#activate(project, candidate));
  }

  /** Tokens are erased; what comes in is held. */
  end(project: string): Promise<void> {
    return this.#inTurn(async () => {
      const { account } = this.#connection;
      if (this.#gate.state !== 'inactive') this.#gate.enter('inactive', Date.now());
      this.#credentials.erase();
      // The account is nobody else's before the last request to it was answered.
      await this.#around.drained();
      if (account) await this.#owners.release(account.id, project);
      this.#connection.release();
    });
  }

  /** One after another: two at once would mix. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #activate(project: string, candidate: Candidate): Promise<Refusal | null> {
    const access = { baseUrl: candidate.baseUrl, token: candidate.tokens.access };
    const seen = await this.#look(access);
    if (isRefusal(seen)) return seen;
    const { account, user } = seen;
    if (!(await this.#owners.claim(account.id, project))) return refusal(409, 'account_taken');
    const key = this.#connection.keyOf(account);
    if (this.#around.remembersOther(key)) {
      // What is under way speaks of entities that the other account does not have.
      this.#gate.enter('inactive', Date.now());
      await this.#around.drained();
    } else if (this.#gate.state !== 'active') {
      // What expires lets the next event of its client go: it must not be on its way any more.
      await this.#around.drained();
    }
    const { account: before } = this.#connection;
    if (before && before.id !== account.id) await this.#owners.release(before.id, project);
    const { mode, baseUrl, language, tokens, resend } = candidate;
    // In one turn: whatever ends the process leaves all of it done, or nothing.
    await this.#credentials.store({ mode, base_url: baseUrl, account, user, language }, tokens, () => {
      const now = Date.now();
      const { state } = this.#gate;
      this.#around.switchTo(key);
      this.#gate.enter('active', now);
      this.#around.released(this.#backlog.activated({ resend, now }), state, now);
    });
    await this.#around.survey();
    await this.#around.kick();
    return null;
  }

  /** Whose token it is and what it opens. */
  async #look(access: Access): Promise<Seen | Refusal> {
    const account = await this.#read<Account & { current_user_id: number }>(access, '/api/v4/account');
    if (isRefusal(account)) return account;
    const { id, name, subdomain, current_user_id: userId } = account;
    if (!isId(id) || !isId(userId)) return refusal(503, 'account_unreachable');
    const path = `/api/v4/users/${userId}`;
    const user = await this.#read<{ name: string; rights: { is_admin: boolean } }>(access, path);
    // Only administrators may read users.
    if (isRefusal(user)) return user.problem.code === 'insufficient_rights' ? notAdmin : user;
    if (user.rights?.is_admin !== true) return notAdmin;
    return {
      account: { id, name: String(name ?? ''), subdomain: String(subdomain ?? '') },
      user: { id: userId, name: String(user.name ?? '') },
    };
  }

  /** Within the quota, before everything that nobody waits for. */
  async #read<T extends object>(access: Access, path: string): Promise<Partial<T> | Refusal> {
    const { meter } = this.#around;
    const pace = this.#around.paceOf(access.baseUrl);
    const reply = await pace.pass(new Slice(1, 30_000), { rank: 'interactive', patient: false }, () =>
      sendOnce(access, { method: 'GET', path, body: null }, meter),
    );
    if (!reply) return refusal(503, 'slow_account');
    if (reply.answered && reply.status === 429) pace.penalize(reply.retry_after ?? 1);
    return contentOf<T>(reply);
  }
}

interface Seen {
  account: Account;
  user: User;
}

/** What amoCRM answers is hoped for, not known. */
function contentOf<T extends object>(reply: Reply): Partial<T> | Refusal {
  const trouble = troubleOf(reply);
  if (trouble) return trouble;
  try {
    const body = reply.answered ? new TextDecoder().decode(reply.body) : '';
    return body === '' ? {} : ((JSON.parse(body) ?? {}) as Partial<T>);
  } catch {
    return refusal(503, 'account_unreachable');
  }
}

function troubleOf(reply: Reply): Refusal | null {
  if (!reply.answered) return refusal(503, 'account_unreachable');
  const { status, body } = reply;
  if (status >= 200 && status < 300) return null;
  if (status === 401) return refusal(422, 'token_refused', '/token');
  if (status === 402) return refusal(409, 'unpaid');
  // A ban is HTML, a missing right is JSON.
  if (status === 403 && new TextDecoder().decode(body).trimStart().startsWith('{')) {
    return refusal(403, 'insufficient_rights');
  }
  if (status === 403) return refusal(503, 'blocked');
  if (status === 404) return refusal(422, 'account_not_found', '/domain');
  return refusal(503, 'account_unreachable');
}

const refusal = (status: number, code: string, path = ''): Refusal => ({ status, problem: one(code, path) });

const isId = (value: number | undefined): value is number => Number.isSafeInteger(value);

const isRefusal = (answer: object): answer is Refusal => 'problem' in answer;

const notAdmin = refusal(403, 'not_admin');
