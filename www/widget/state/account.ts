// The amoCRM account and the Ringostat project as the worker knows them: what can be chosen from.
import { type AmoField, type AmoUser, type DirectoryView, type Pipeline, Refused } from '../api.ts';
import type { Session } from '../session.ts';

export class AccountState {
  /** Null: not read, e.g. because the integration was never on. */
  directory: DirectoryView | null = null;
  reading = false;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async read(refresh = false): Promise<void> {
    const session = this.#session;
    this.reading = true;
    session.changed();
    try {
      this.directory = await session.api.directory(refresh);
      session.settings.knows(JSON.stringify(this.directory));
    } catch (error) {
      // Without a connection there is no account to read; everything can be edited all the same.
      if (!(error instanceof Refused)) throw error;
    } finally {
      this.reading = false;
      session.changed();
    }
  }

  get users(): AmoUser[] {
    return this.directory?.users ?? [];
  }

  get pipelines(): Pipeline[] {
    return this.directory?.pipelines ?? [];
  }

  fields(entity: 'contact' | 'lead'): AmoField[] {
    const { contacts = [], leads = [] } = this.directory?.fields ?? {};
    return entity === 'contact' ? contacts : leads;
  }

  userName(id: number): string {
    return this.users.find((user) => user.id === id)?.name ?? `#${id}`;
  }
}
