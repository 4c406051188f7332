// Compares the real account with what we assume of amoCRM. Reads only, unless it is told to write; removes nothing.
import type { Connection } from '../connection.ts';
import type { DirectoryStore } from '../directory_store.ts';
import type { Engine } from '../engine.ts';
import type { Gate } from '../gate.ts';
import type { Line } from '../line.ts';
import type { SettingsStore } from '../settings_store.ts';
import { checkAccess } from './access.ts';
import { Asker, type Json, Stopped, Unexpected } from './asker.ts';
import { checkFields, type Entity, type Ours } from './fields.ts';
import { type Finding, Findings } from './findings.ts';
import { checkLists } from './lists.ts';
import { checkSearch } from './search.ts';
import { checkSettings } from './settings.ts';
import { checkWriting } from './trial.ts';
import type { TrialStore } from './trial_store.ts';

/** `POST /self-check`. `requests`: how many the account was asked. */
export interface Checked {
  findings: Finding[];
  checked_at: string;
  requests: number;
}

/** What of the project a check looks at. */
export interface Subject {
  connection: Connection;
  settings: SettingsStore;
  directory: DirectoryStore;
  engine: Engine;
  line: Line;
  gate: Gate;
  trials: TrialStore;
  /** How long a late write may take. */
  settleMs: number;
  sync: () => Promise<void>;
}

export class SelfCheck {
  readonly #subject: Subject;
  #last: Promise<unknown> = Promise.resolve();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** One after another: two at once would both write. */
  run(write: boolean): Promise<Checked> {
    const turn = this.#last.then(() => this.#run(write));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #run(write: boolean): Promise<Checked> {
    const { line, gate } = this.#subject;
    const asker = new Asker(line, gate);
    const findings = new Findings();
    try {
      await this.#checks(asker, findings, write);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      findings.add(error.code);
    }
    const checkedAt = new Date().toISOString();
    return { findings: findings.list, checked_at: checkedAt, requests: asker.requests };
  }

  async #checks(asker: Asker, findings: Findings, write: boolean): Promise<void> {
    const { connection, settings, directory, engine, trials: store, settleMs, sync } = this.#subject;
    const account = connection.account?.id;
    const document = settings.read()?.document ?? '{}';
    const ours = oursOf(directory.document);
    /** One that met something unknown does not end the others. */
    const attempt = async <T>(check: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await check();
      } catch (error) {
        if (!(error instanceof Unexpected)) throw error;
        findings.add(error.code, error.params);
        return undefined;
      }
    };
    await attempt(() => checkAccess(asker, findings, account));
    const fields = await attempt<Record<Entity, Json[]>>(() => checkFields(asker, findings, ours));
    await attempt(() => checkSettings(asker, findings, document, directory.document, fields));
    const contacts = await attempt(() => checkLists(asker, findings));
    if (contacts) await attempt(() => checkSearch(asker, findings, engine, contacts));
    if (!write || account === undefined) return;
    await attempt(() => checkWriting(asker, findings, { account, ours, engine, store, settleMs, sync }));
  }
}

/** Our own fields are opaque to hosts, but for this look whether they are still there. */
const oursOf = (directory: string | undefined): Ours | undefined =>
  directory === undefined ? undefined : (JSON.parse(directory) as { ours?: Ours }).ours;
