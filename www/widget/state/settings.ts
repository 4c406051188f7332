// The settings document as it is edited: what is saved, what is written meanwhile, and what the core says of it.
import { type Draft, produce } from 'immer';
import type { Diagnostic, Problem, Settings } from 'ringostat-amocrm/sandbox';
import type { Core } from '../core.ts';
import { named } from './not_chosen.ts';
import { contains } from './pointer.ts';
import { sameDocument } from './same_document.ts';
import { isZone } from './time_zone.ts';

/** What is at a place of the document. Problems forbid saving. */
export type Finding = (Problem & { severity: 'problem' }) | Diagnostic;

export class SettingsState {
  /** As the worker has it; null while there is no project. */
  saved: Settings | null = null;
  etag: string | null = null;
  /** Grows with every change of the draft: tells whether a result still belongs to it. */
  version = 0;
  findings: Finding[] = [];
  readonly #core: Core;
  readonly #changed: () => void;
  #draft: Settings;
  #text = '';
  /** What `reset` goes back to. */
  readonly #initial: Settings;
  #directory: string | undefined;

  constructor(core: Core, initial: Settings, changed: () => void) {
    this.#core = core;
    this.#initial = initial;
    this.#draft = initial;
    this.#changed = changed;
    this.#check();
  }

  get draft(): Settings {
    return this.#draft;
  }

  /** The draft as it would be sent. */
  get text(): string {
    return this.#text;
  }

  get valid(): boolean {
    return this.findings.every(({ severity }) => severity !== 'problem');
  }

  get dirty(): boolean {
    return this.saved === null || !sameDocument(this.#draft, this.saved);
  }

  /** Changes the draft in place. */
  edit(recipe: (draft: Draft<Settings>) => void): void {
    this.#replace(
      produce(this.#draft, (draft) => {
        recipe(draft);
      }),
    );
  }

  /** Of that place and everything under it. */
  at(path: string): Finding[] {
    return this.findings.filter((finding) => contains(path, finding.path));
  }

  /** What the worker has; the draft follows unless something was edited that is not saved. */
  loaded(settings: Settings, etag: string, { keepDraft = false } = {}): void {
    this.saved = settings;
    this.etag = etag;
    if (keepDraft) this.#changed();
    else this.#replace(settings);
  }

  /** A document from elsewhere. Its problems are told and it is not taken, unless it can be read whole. */
  import(text: string): Problem[] {
    const answer = this.#core.check_settings(text, undefined);
    if (answer.type === 'failure') return answer.errors;
    this.#replace(answer.settings);
    return [];
  }

  discard(): void {
    this.#replace(this.saved ?? this.#initial);
  }

  reset(): void {
    this.#replace(this.#initial);
  }

  /** With the account known, what it does not have is told. */
  knows(directory: string | undefined): void {
    this.#directory = directory;
    this.#check();
    this.#changed();
  }

  #replace(draft: Settings): void {
    if (draft === this.#draft) return;
    this.#draft = draft;
    this.version += 1;
    this.#check();
    this.#changed();
  }

  /** The worker would refuse it; what it has taken is good. */
  #zoneFindings(): Finding[] {
    const { time_zone: value } = this.#draft;
    if (value.trim() === '' || value === this.saved?.time_zone || isZone(value)) return [];
    return [{ code: 'unknown_time_zone', severity: 'problem', path: '/time_zone', params: { value } }];
  }

  #check(): void {
    this.#text = JSON.stringify(this.#draft);
    const answer = this.#core.check_settings(this.#text, this.#directory);
    this.findings =
      answer.type === 'failure'
        ? answer.errors.map((error) => ({ ...named(error, this.#draft), severity: 'problem' }))
        : answer.warnings;
    this.findings = [...this.#zoneFindings(), ...this.findings];
  }
}
