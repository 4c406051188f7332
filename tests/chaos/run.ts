// One run: input and plan from a seed, the real worker, the account over HTTP, and what stands in it at the end.
import { demoSettings, type EventView, until, World } from '../edge/harness.ts';
import { Faults, SETTLE_MS } from './faults.ts';
import { type Message, makeInput, STOPPED_LINE } from './input.ts';
import { type FullState, judge, type Verdict } from './judge.ts';
import { below, nth } from './random.ts';

export interface Options {
  events: number;
  seed: number;
  /** Is told how far it is. */
  say?: (line: string) => void;
}

export interface Outcome extends Verdict {
  /** What was survived, by name. */
  survived: Map<string, number>;
  repeats: number;
  requests: number;
  seconds: number;
}

const SENDERS = 24;
/** A little above what two cores carry. */
const RATE = '400';
/** The search knows what was written only so much later. */
const INDEX_DELAY_MS = 1_500;
const MANAGER = 0.01;
/** A kill for so many requests, and one at least. */
const KILL_EVERY = 2_000;
const REQUESTS_PER_EVENT = 3;
/** When the token is taken back, and when the project is connected again, as parts of the input. */
const REVOKED = 0.45;
const CONNECTED_AGAIN = 0.52;
/** Nothing can take longer. */
const LONGEST_MS = 1_800_000;

export async function chaos({ events, seed, say = () => {} }: Options): Promise<Outcome> {
  const world = await World.start({
    RATE_PER_SECOND: RATE,
    SETTLE_MS: String(SETTLE_MS),
    RETRY_BASE_MS: '50',
    FORMS_PER_SECOND: '10000',
  });
  try {
    return await new Run(world, makeInput(seed, events), seed, say).run();
  } finally {
    await world.stop();
  }
}

class Run {
  readonly #world: World;
  readonly #messages: Message[];
  readonly #say: (line: string) => void;
  readonly #faults: Faults;
  readonly #ids = new Map<Message, string>();
  /** Numbers of requests at which the worker is killed, the next one last. */
  readonly #kills: number[];
  #restarting: Promise<void> | undefined;
  #reconnecting: Promise<void> | undefined;
  #token = 'sandbox';
  #repeats = 0;

  constructor(world: World, messages: Message[], seed: number, say: (line: string) => void) {
    this.#world = world;
    this.#messages = messages;
    this.#say = say;
    this.#faults = new Faults(seed);
    this.#kills = killsOf(seed, messages.length);
  }

  async run(): Promise<Outcome> {
    const world = this.#world;
    await world.newProject(await settings());
    await world.rotate();
    await world.switches({ index_delay_ms: INDEX_DELAY_MS });
    await world.faults(
      { path: '/api/v4/contacts', kind: 'manager_edits', probability: MANAGER },
      { method: 'PATCH', path: '/api/v4/contacts/*', kind: 'manager_edits', probability: 10 * MANAGER },
      { method: 'POST', path: '/api/v4/leads/complex', kind: 'manager_edits', probability: MANAGER },
    );
    const begun = performance.now();
    world.gate.arm();
    this.#meddle();
    await this.#sendAll();
    await this.#reconnecting;
    await this.#ended();
    world.gate.meddle = undefined;
    await this.#restarting;
    await this.#faults.settled();
    const seconds = (performance.now() - begun) / 1000;
    const state = (await world.state()) as FullState;
    this.#faults.struck.set('manager_edits', state.manager_edits.length);
    return {
      ...judge(this.#messages, await this.#events(), state),
      survived: this.#faults.struck,
      repeats: this.#repeats,
      requests: world.gate.seen,
      seconds,
    };
  }

  /** Faults by plan, and between them the worker dies. */
  #meddle(): void {
    const world = this.#world;
    world.gate.meddle = async (request, forward) => {
      const next = this.#kills.at(-1);
      if (next === undefined || request.nth < next || this.#restarting)
        return this.#faults.meddle(request, forward);
      this.#kills.pop();
      if (next % 2 === 0) await forward();
      this.#faults.count('worker_killed');
      this.#restarting = world
        .kill()
        .then(() => world.restart())
        .finally(() => {
          this.#restarting = undefined;
        });
      return undefined;
    };
  }

  /** In order, as many at once as there are senders; one after another of each client. */
  async #sendAll(): Promise<void> {
    const queue = this.#messages.values();
    const last = new Map<Message['person'], Promise<void>>();
    const send = async () => {
      for (const message of queue) {
        const before = last.get(message.person);
        const sent = (before ?? Promise.resolve()).then(() => this.#send(message));
        last.set(message.person, sent);
        await sent;
        await this.#atItsTime();
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, send));
  }

  /** Until it is taken, as a site does; and its repeats. */
  async #send(message: Message): Promise<void> {
    const taken = () =>
      until(`the answer to message ${message.number}`, () => this.#post(message), LONGEST_MS);
    const repeat = async (when: 'meanwhile' | 'later') => {
      for (const _ of message.repeats.filter((own) => own === when)) {
        this.#repeats += 1;
        const id = await taken();
        const known = this.#ids.get(message) ?? id;
        if (id !== known) throw new Error(`message ${message.number} is two events: ${known}, ${id}`);
        this.#ids.set(message, id);
      }
    };
    const [id] = await Promise.all([taken(), repeat('meanwhile')]);
    this.#ids.set(message, id);
    await repeat('later');
  }

  async #post(message: Message): Promise<string> {
    if (message.type === 'call') return (await this.#world.called(message.body)).event;
    return this.#world.accepted(message.body, message.key ? { 'idempotency-key': message.key } : {});
  }

  /** The token is taken back in the middle; messages go on coming in until the project is connected again. */
  async #atItsTime(): Promise<void> {
    const world = this.#world;
    const part = this.#ids.size / this.#messages.length;
    if (part >= REVOKED && this.#token === 'sandbox') {
      this.#token = 'revoked';
      this.#faults.count('token_revoked');
      this.#token = await world.replaceToken();
    }
    if (part < CONNECTED_AGAIN || this.#reconnecting) return;
    this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const world = this.#world;
    await until('the end of the connection', async () => (await world.activation()).state !== 'active');
    await until('another connection', () => world.activate({ token: this.#token, resend_backlog: true }));
  }

  /** Nothing is under way any more. */
  async #ended(): Promise<void> {
    const world = this.#world;
    let told = 0;
    await until(
      'the end of every event',
      async () => {
        const open = await this.#open();
        if (Date.now() - told > 10_000) {
          told = Date.now();
          this.#say(
            `${world.gate.seen} requests, ${open ? `an event is ${open}` : 'all events at their end'}`,
          );
        }
        return open === undefined;
      },
      LONGEST_MS,
    );
  }

  /** A status that some event still has. What is held may be queued a moment later, so it is asked first. */
  async #open(): Promise<string | undefined> {
    for (const status of ['held', 'queued', 'delivering', 'retrying', 'held']) {
      if ((await this.#world.events(`?limit=1&status=${status}`)).length > 0) return status;
    }
    return undefined;
  }

  /** The journal, by message. */
  async #events(): Promise<Map<Message, EventView>> {
    const all = new Map<string, EventView>();
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await this.#world.call('GET', `/events?limit=200${query}`);
      const page = (await answer.json()) as { events: EventView[]; next_cursor: string | null };
      for (const event of page.events) all.set(event.event, event);
      cursor = page.next_cursor;
    }
    if (all.size !== this.#messages.length)
      throw new Error(`${all.size} events of ${this.#messages.length} messages`);
    const found = this.#messages.map((message) => [message, all.get(this.#ids.get(message) ?? '')] as const);
    return new Map(found.flatMap(([message, event]) => (event ? [[message, event] as const] : [])));
  }
}

/** Spread over the run, each at a place of its own. */
function killsOf(seed: number, events: number): number[] {
  const requests = events * REQUESTS_PER_EVENT;
  const count = Math.max(1, Math.floor(requests / KILL_EVERY));
  const every = Math.floor(requests / (count + 1));
  return Array.from(
    { length: count },
    (_, n) => every * (n + 1) - below(nth(seed, -1 - n), every / 2),
  ).reverse();
}

async function settings(): Promise<Record<string, unknown>> {
  const demo = (await demoSettings()) as { forms?: object; employees: object[]; lines: object[] };
  return {
    ...demo,
    forms: { ...demo.forms, creates: { task: { on: true } } },
    employees: [
      ...demo.employees,
      { ringostat: { staff_id: '331852', name: 'Maria', sip: ['firm_maria'] }, amocrm_user: 504_143 },
    ],
    lines: [...demo.lines, { number: STOPPED_LINE, kind: 'sip', sip: 'firm_stopped' }],
    stop_list: [{ sip: 'firm_stopped' }],
    funnel: [],
    // Tells of troubles, not of events.
    notify: { task_for_senior: false },
  };
}
