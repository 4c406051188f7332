// The project's Integration object: parsed once, made again when settings, directory or the wasm instance change.
import type { Accepted, Answer, Language, NoticeTicket } from 'ringostat-amocrm';
import { core, Held, parse } from './core.ts';
import type { DirectoryStore } from './directory_store.ts';
import type { SettingsStore } from './settings_store.ts';

export class Engine {
  readonly #settings: SettingsStore;
  readonly #directory: DirectoryStore;
  readonly #options: string;
  #integration: Held<core.Integration> | undefined;
  #madeOf = '';

  constructor(settings: SettingsStore, directory: DirectoryStore, options: string) {
    this.#settings = settings;
    this.#directory = directory;
    this.#options = options;
  }

  formReader(contentType: string): Held<core.FormReader> {
    return this.#make((integration) => integration.form_reader(contentType));
  }

  readCall(contentType: string, query: string, body: Uint8Array, clock: string): Answer<Accepted> {
    return parse(this.#current().use((one) => one.read_call(contentType, query, body, clock)));
  }

  callListReader(format: 'json' | 'csv' | 'guess', clock: string): Held<core.CallListReader> {
    return this.#make((integration) => integration.call_list_reader(format, clock));
  }

  deliver(ticket: string): Held<core.Journey> {
    return this.#make((integration) => integration.deliver(ticket));
  }

  resume(snapshot: ArrayBuffer): Held<core.Journey> {
    return this.#make((integration) => integration.resume(new Uint8Array(snapshot)));
  }

  /** Reads the account, or goes on reading it; names what it makes there in that language. */
  survey(snapshot: ArrayBuffer | null, language: Language | null): Held<core.Journey> {
    const { document } = this.#stored();
    const { document: directory } = this.#directory;
    const settings = language ? JSON.stringify({ ...JSON.parse(document), language }) : document;
    return new Held(() => {
      const integration = new core.Integration(settings, directory, this.#options);
      try {
        return snapshot ? integration.resume(new Uint8Array(snapshot)) : integration.survey(directory);
      } finally {
        integration.free();
      }
    });
  }

  lookup(query: string): Held<core.Journey> {
    return this.#make((integration) => integration.lookup(query));
  }

  tellSenior(ticket: NoticeTicket): Held<core.Journey> {
    return this.#make((integration) => integration.tell_senior(JSON.stringify(ticket)));
  }

  #make<T extends { free(): void }>(work: (integration: core.Integration) => T): Held<T> {
    const integration = this.#current();
    return new Held(() => integration.use(work));
  }

  #stored() {
    const settings = this.#settings.read();
    if (!settings) throw new Error('the project has no settings');
    return settings;
  }

  #current(): Held<core.Integration> {
    const settings = this.#stored();
    const madeOf = `${settings.etag} ${this.#directory.readAt}`;
    if (!this.#integration || this.#integration.stale || this.#madeOf !== madeOf) {
      this.#integration?.free();
      this.#integration = undefined;
      const directory = this.#directory.document;
      this.#integration = new Held(() => new core.Integration(settings.document, directory, this.#options));
      this.#madeOf = madeOf;
    }
    return this.#integration;
  }
}
