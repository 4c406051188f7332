// The way to one account: what leaves when, and with whom. Creates that say so leave as one request with whatever else
// waits for their path by then; each journey gets the answer to its own.
import type { AmoRequest, Reply, Share, Unanswered } from 'ringostat-amocrm';
import { core, Held, parse } from './core.ts';
import { first, type Pace, type Rank, type Slice, type Turn } from './pace.ts';
import type { Transport } from './transport.ts';

/** amoCRM takes 250 and recommends no more than 50. */
const MOST_TOGETHER = 50;

export type Arrival = Extract<Reply, { answered: true }> | { answered: false; kind: Unanswered };

/** What must be durable before a request may leave. */
export type Ready = () => Promise<void>;

/** How far a journey gets in one go, and who goes before it. */
export interface Passage {
  slice: Slice;
  /** Asked before every request: an event that a client comes back to is hurried. */
  rank: () => Rank;
}

interface Traveller {
  request: AmoRequest;
  ready: Ready;
  rank: Rank;
  arrive: (arrival: Arrival) => void;
  fail: (error: unknown) => void;
}

/** What leaves together once it is its turn. */
interface Group {
  turn: Turn;
  travellers: Traveller[];
}

const POSTPONED: Arrival = { answered: false, kind: 'postponed' };

export class Line {
  readonly #transport: Transport;
  /** That of the account that is connected now. */
  readonly #pace: () => Pace;
  /** By path: what waits to leave together. */
  readonly #waiting = new Map<string, Group>();

  constructor(transport: Transport, pace: () => Pace) {
    this.#transport = transport;
    this.#pace = pace;
  }

  /** Postponed: the slice ended before it could leave. */
  async send(request: AmoRequest, joins: boolean, passage: Passage, ready: Ready): Promise<Arrival> {
    const { slice } = passage;
    const rank = passage.rank();
    if (joins) {
      return new Promise((arrive, fail) => this.#wait({ request, ready, rank, arrive, fail }, slice));
    }
    const arrival = await this.#pace().pass(slice, { rank, patient: false }, async () => {
      await ready();
      return this.#deliver(request);
    });
    return arrival ?? POSTPONED;
  }

  #wait(traveller: Traveller, slice: Slice): void {
    const { path } = traveller.request;
    const group = this.#waiting.get(path);
    if (group) {
      group.travellers.push(traveller);
      group.turn.rank = first(group.turn.rank, traveller.rank);
      return;
    }
    const turn = { rank: traveller.rank, patient: true };
    this.#waiting.set(path, { turn, travellers: [traveller] });
    void this.#depart(path, turn, slice);
  }

  /** When a token comes, all that wait for the path leave. Never rejects. */
  async #depart(path: string, turn: Turn, slice: Slice): Promise<void> {
    let group: Traveller[] = [];
    const leave = async () => {
      group = this.#board(path, slice);
      await this.#travel(group);
      return true;
    };
    try {
      if (await this.#pace().pass(slice, turn, leave)) return;
      for (const { arrive } of this.#waitingFor(path)) arrive(POSTPONED);
    } catch (error) {
      if (group.length === 0) group = this.#waitingFor(path);
      for (const { fail } of group) fail(error);
    }
  }

  #waitingFor(path: string): Traveller[] {
    const group = this.#waiting.get(path);
    this.#waiting.delete(path);
    return group?.travellers ?? [];
  }

  #board(path: string, slice: Slice): Traveller[] {
    const waiting = this.#waitingFor(path);
    for (const left of waiting.slice(MOST_TOGETHER)) this.#wait(left, slice);
    return waiting.slice(0, MOST_TOGETHER);
  }

  async #travel(group: Traveller[]): Promise<void> {
    const readiness = await Promise.allSettled(group.map(({ ready }) => ready()));
    const going = group.filter(({ fail }, i) => {
      const own = readiness[i];
      if (own?.status === 'rejected') fail(own.reason);
      return own?.status === 'fulfilled';
    });
    const arrivals = await this.#together(going.map(({ request }) => request));
    going.forEach(({ arrive, fail }, i) => {
      const own = arrivals[i];
      if (own) arrive(own);
      else fail(new Error('a batch was answered in fewer parts than it had'));
    });
  }

  async #together(requests: AmoRequest[]): Promise<Arrival[]> {
    const [first] = requests;
    if (!first) return [];
    if (requests.length === 1) return [await this.#deliver(first)];
    const batch = new Held(() => new core.Batch(JSON.stringify(requests)));
    try {
      const reply = await this.#deliver(JSON.parse(batch.use((b) => b.request())) as AmoRequest);
      if (!reply.answered) return requests.map(() => reply);
      const { status, content_type, retry_after, body } = reply;
      const shares = batch.use((b) => b.split(status, content_type, retry_after ?? undefined, body));
      return parse<Share[]>(shares).map(arrivalOf);
    } finally {
      batch.free();
    }
  }

  async #deliver(request: AmoRequest): Promise<Arrival> {
    const reply = await this.#transport.send(request);
    if (reply.answered && reply.status === 429) this.#pace().penalize(reply.retry_after ?? 1);
    return reply;
  }
}

const encoder = new TextEncoder();

const arrivalOf = (share: Share): Arrival =>
  share.answered ? { ...share, body: encoder.encode(share.body) } : share;
