// Which event is previewed: a sample, one of the journal, or what was pasted.
import { type EventBrief, type EventView, Refused } from '../api.ts';
import type { Session } from '../session.ts';
import type { Incoming } from './incoming.ts';
import { type Kind, type Pasted, readPasted } from './pasted.ts';
import { type Sample, type SampleField, sampleOf } from './samples.ts';

export type Picked = { sample: Sample } | { event: string } | { pasted: true };
/** Nothing to preview, and why: the key of a text. */
export type Chosen = { incoming: Incoming } | { missing: string };

const LATEST = '20';

export class Events {
  picked: Picked = { sample: 'form' };
  /** Everything in a preview happens at the time when its event was picked. Unix milliseconds. */
  now = Date.now();
  journal: EventBrief[] = [];
  /** The journal could not be read: the key of a text that says why. */
  unread: string | null = null;
  reading = false;
  asked = false;
  pasted = '';
  /** Null: guessed. */
  pastedKind: Kind | null = null;
  #byHand = false;
  readonly #contents = new Map<string, Incoming | { missing: string }>();
  readonly #session: Session;
  readonly #changed: () => void;

  constructor(session: Session, changed: () => void) {
    this.#session = session;
    this.#changed = changed;
  }

  /** What is worth looking at here; once somebody has chosen himself that stays. */
  suggest(sample: Sample): void {
    if (this.#byHand || ('sample' in this.picked && this.picked.sample === sample)) return;
    this.picked = { sample };
    this.now = Date.now();
  }

  pick(picked: Picked): void {
    this.#byHand = true;
    this.picked = picked;
    this.now = Date.now();
    if ('event' in picked) void this.#fetch(picked.event);
    this.#changed();
  }

  /** An event of the journal, however old; what came in may be at hand. */
  show(event: EventBrief & Pick<EventView, 'content'>): void {
    const { content } = event;
    if (content) this.#contents.set(event.event, { event: content.event, subject: content.subject });
    if (this.journal.every((one) => one.event !== event.event)) this.journal = [...this.journal, event];
    this.pick({ event: event.event });
  }

  paste(text: string, kind: Kind | null): void {
    this.pasted = text;
    this.pastedKind = kind;
    this.now = Date.now();
    this.#changed();
  }

  get readPaste(): Pasted {
    const own = this.#session.settings.draft.calls.keys.map(({ name }) => name);
    return readPasted(this.pasted, this.pastedKind, own);
  }

  get chosen(): Chosen {
    const { picked } = this;
    if ('sample' in picked) return { incoming: this.#sample(picked.sample) };
    if ('pasted' in picked) {
      const read = this.readPaste;
      return 'problem' in read ? { missing: `preview.paste.${read.problem}` } : { incoming: read.incoming };
    }
    const content = this.#contents.get(picked.event);
    if (content === undefined) return { missing: 'preview.event.reading' };
    return 'missing' in content ? content : { incoming: content };
  }

  #sample(sample: Sample): Incoming {
    const { account, settings, t } = this.#session;
    const fields = [...account.fields('contact'), ...account.fields('lead')] as SampleField[];
    const words = {
      name: t('preview.sample.name'),
      first_name: t('preview.sample.first_name'),
      last_name: t('preview.sample.last_name'),
      text: t('preview.sample.text'),
      page: t('preview.sample.page'),
      form: t('preview.sample.form_name'),
    };
    return sampleOf(sample, settings.draft, fields, words, this.now);
  }

  #isPicked(id: string): boolean {
    return 'event' in this.picked && this.picked.event === id;
  }

  /** The latest events, newest first. */
  async read(): Promise<void> {
    const session = this.#session;
    this.asked = true;
    this.reading = true;
    this.#changed();
    try {
      const answer = await session.asking(() => session.api.events({ limit: LATEST }));
      const latest = answer?.events ?? [];
      // What is looked at stays, even when newer ones push it out.
      const kept = this.journal.filter(
        ({ event: id }) => this.#isPicked(id) && latest.every((one) => one.event !== id),
      );
      this.journal = [...latest, ...kept];
      this.unread = null;
    } catch (error) {
      this.unread = keyOfError(error);
    } finally {
      this.reading = false;
      this.#changed();
    }
  }

  async #fetch(id: string): Promise<void> {
    const session = this.#session;
    const known = this.#contents.get(id);
    if (known && !('missing' in known)) return;
    this.#contents.delete(id);
    try {
      const content = (await session.asking(() => session.api.event(id)))?.content;
      this.#contents.set(
        id,
        content ? { event: content.event, subject: content.subject } : { missing: 'preview.event.erased' },
      );
    } catch (error) {
      this.#contents.set(id, { missing: keyOfError(error) });
    }
    this.#changed();
  }
}

/** The key of a text that says why the worker did not answer. */
export const keyOfError = (error: unknown): string =>
  error instanceof Refused ? `problem.${error.code}` : 'preview.unreachable';
