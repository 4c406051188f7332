// The connection to amoCRM: its state, and what is sent after a break. Looked at again as long as something is under way.
import { type Activating, type ActivationView, type BacklogView, Refused } from '../api.ts';
import type { Session } from '../session.ts';

const BUSY_MS = 2_000;
const QUIET_MS = 30_000;

export class ConnectionState {
  view: ActivationView | null = null;
  backlog: BacklogView | null = null;
  /** An administrator is in amoCRM's window to give consent. */
  consenting = false;
  readonly #session: Session;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  async read(): Promise<void> {
    const { api } = this.#session;
    try {
      const [view, backlog] = await Promise.all([api.activation(), api.backlog()]);
      this.#met(view);
      this.backlog = backlog;
      this.#session.changed();
    } catch (error) {
      // A project without settings has no connection yet.
      if (!(error instanceof Refused) || error.code !== 'unknown_project') throw error;
    }
  }

  #met(view: ActivationView): void {
    const { account } = this.#session;
    const before = this.view?.state;
    this.view = view;
    if (this.refusedConsent !== null) this.consenting = false;
    if (before === view.state) return;
    if (before !== undefined) {
      this.consenting = false;
      this.#session.activationChanged();
    }
    // Another account may stand behind it, or the first one ever.
    const unread = before !== undefined || account.directory === null;
    if (view.state === 'active' && unread && !account.reading) void account.read().catch(() => {});
  }

  /** The address for consent when there is one to be given. */
  async activate(wanted: Activating): Promise<string | null> {
    const { consent_url, ...view } = await this.#session.api.activate(wanted);
    if (consent_url !== undefined) {
      this.consenting = true;
      // What became of an earlier one is no news.
      if (this.view) this.view = { ...this.view, consent: view.consent };
      this.hurry();
      this.#session.changed();
      return consent_url;
    }
    this.#met(view);
    await this.read();
    this.hurry();
    return null;
  }

  /** Why nothing came of the consent that was asked for. */
  get refusedConsent(): string | null {
    const code = this.view?.consent?.code ?? 'asked';
    return code === 'asked' ? null : code;
  }

  async deactivate(): Promise<void> {
    this.#met(await this.#session.api.deactivate());
    this.#session.changed();
  }

  /** Looks now and again until `stop`. */
  watch(): void {
    this.stop();
    const look = async () => {
      const { online, reachable } = this.#session;
      // While the worker was away everything may have changed. A project begins when its settings are saved here.
      if (reachable) await this.#session.asking(() => this.read()).catch(() => {});
      else if (!online) await this.#session.load().catch(() => {});
      if (this.#timer !== undefined) this.#timer = setTimeout(look, this.#pause);
    };
    this.#timer = setTimeout(look, this.#pause);
  }

  /** Something is under way now: the next look is not to wait as long as in quiet times. */
  hurry(): void {
    if (this.#timer !== undefined) this.watch();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #pause(): number {
    const busy = this.consenting || !this.#session.online || this.backlog?.state === 'sending';
    return busy ? BUSY_MS : QUIET_MS;
  }
}
