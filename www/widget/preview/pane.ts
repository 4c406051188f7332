// What an event would make in amoCRM by the settings as they stand, at every change of them.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Problem } from 'ringostat-amocrm';
import type { SectionId } from '../sections/index.ts';
import type { Session } from '../session.ts';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';
import { activities } from './activities.ts';
import { card } from './cards.ts';
import { eventChoice, knownChoice } from './choosing.ts';
import { Events } from './events.ts';
import { explanation } from './explanation.ts';
import { Knowledge } from './knowledge.ts';
import { Origins } from './origins.ts';
import { outcomeOf } from './outcome.ts';
import { requestList } from './requests.ts';
import { rowValuesOf, sameRows } from './row_values.ts';
import { Runner, type Shown } from './run.ts';
import type { Sample } from './samples.ts';
import { styles, traceStyles } from './styles.ts';
import { verdictOf } from './verdict.ts';
import { worldOf } from './world.ts';

/** Sections that are about calls. */
const SUGGESTED: Partial<Record<SectionId, Sample>> = {
  employees: 'call_answered',
  matrix: 'call_missed',
  pipelines: 'call_missed',
  stop_list: 'call_missed',
};
/** Who listens is told once the hands rest. */
const ANNOUNCE_MS = 700;

export class PreviewPane extends Part {
  static override styles = [base, styles, traceStyles];
  static override properties = { ...Part.properties, section: {}, announced: { state: true } };
  /** Which section is open beside it. */
  declare section: SectionId;
  declare announced: string;

  #of: Session | undefined;
  #events: Events | undefined;
  #knowledge: Knowledge | undefined;
  #runner = new Runner();
  /** What the last run was made of: another one is needed only when something of it has changed. */
  #made: unknown[] = [];
  #shown: Shown | null = null;
  #problems: Problem[] = [];
  /** There is no event to preview yet: the key of a text. */
  #missing: string | null = null;
  #summary = '';
  #measuring = false;
  #looked: Session['look'] = null;
  /** What is wanted to be seen is to be gone to. */
  #going = false;
  #announcing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.section = 'activation';
    this.announced = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#announcing);
    this.#knowledge?.stop();
  }

  /** Not oftener than the screen is drawn. */
  protected override async scheduleUpdate(): Promise<void> {
    await new Promise(requestAnimationFrame);
    super.scheduleUpdate();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.#of !== this.session) this.#begin();
    this.#events?.suggest(SUGGESTED[this.section] ?? 'form');
    this.#follow();
    this.#compute();
  }

  #begin(): void {
    this.#of = this.session;
    this.#knowledge?.stop();
    const again = () => this.requestUpdate();
    this.#events = new Events(this.session, again);
    this.#knowledge = new Knowledge(this.session, again);
    this.#runner = new Runner();
    this.#made = [];
    this.#shown = null;
    this.#problems = [];
  }

  /** What somebody wants to see elsewhere in the widget. */
  #follow(): void {
    const { look } = this.session;
    if (!look || look === this.#looked) return;
    this.#looked = look;
    const { event, assumed } = look;
    if (assumed) this.#knowledge?.choose(assumed.situation, assumed.responsible);
    this.#events?.show(event);
    this.#going = true;
  }

  #compute(): void {
    const { session } = this;
    const [events, knowledge] = [this.#events, this.#knowledge];
    // Settings with errors are never run: what was shown last stays, and is marked.
    if (!events || !knowledge || !session.settings.valid) return;
    const { chosen } = events;
    this.#missing = 'missing' in chosen ? chosen.missing : null;
    if ('missing' in chosen) {
      this.#made = [];
      this.#shown = null;
      this.#problems = [];
      return;
    }
    const { assumed, responsible } = knowledge;
    const { directory } = session.account;
    const incoming = JSON.stringify(chosen.incoming);
    const made = [
      session.settings.text,
      incoming,
      assumed,
      responsible,
      directory,
      events.now,
      session.language,
    ];
    if (made.every((part, at) => part === this.#made[at])) return;
    this.#made = made;
    performance.mark('preview:begin');
    this.#measuring = true;
    this.#runner.responsible = responsible;
    const ran = this.#runner.run(session, chosen.incoming, assumed, events.now);
    this.#shown = 'shown' in ran ? ran.shown : null;
    this.#problems = 'problems' in ran ? ran.problems : [];
    if (this.#shown) knowledge.follow(this.#shown.result.identifiers);
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (this.#measuring) {
      this.#measuring = false;
      performance.clearMeasures('preview');
      performance.measure('preview', 'preview:begin');
      performance.clearMarks('preview:begin');
    }
    const { session } = this;
    const events = this.#events;
    if (events && !events.asked && session.online && session.settings.saved) void events.read();
    this.#tellRows();
    this.#announce();
    if (!this.#going) return;
    this.#going = false;
    const title = this.renderRoot.querySelector('h2');
    title?.scrollIntoView({ block: 'start' });
    title?.focus({ preventScroll: true });
  }

  #tellRows(): void {
    const { session } = this;
    const current = session.settings.valid && !this.#waiting ? this.#shown : null;
    const rows = current ? rowValuesOf(current.result.report.trace, session.t) : null;
    if (sameRows(rows, session.rowValues)) return;
    session.rowValues = rows;
    session.changed();
  }

  #announce(): void {
    if (this.#summary === this.announced) return;
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => {
      this.announced = this.#summary;
    }, ANNOUNCE_MS);
  }

  get #waiting(): boolean {
    return this.#knowledge?.waiting ?? false;
  }

  override render() {
    const { session } = this;
    const { t } = session;
    const [events, knowledge] = [this.#events, this.#knowledge];
    if (!events || !knowledge) return nothing;
    const invalid = !session.settings.valid;
    const result = this.#result();
    const old = (invalid || this.#waiting) && this.#shown !== null;
    return html`<h2 tabindex="-1">${t('preview.title')}</h2>
      <div class="questions">
        ${eventChoice(session, events)} ${knownChoice(session, knowledge)}
      </div>
      <div class=${old ? 'old' : ''} aria-busy=${old}>
        ${old ? this.#oldNotice(invalid) : nothing}
        <div class="shown">${result}</div>
      </div>
      <p class="visually-hidden" aria-live="polite">${this.announced}</p>`;
  }

  #oldNotice(invalid: boolean) {
    const { t } = this.session;
    return html`<div class="finding warning notice">
      <strong>${t(invalid ? 'preview.old' : 'preview.known.looking')}</strong>
    </div>`;
  }

  #result(): TemplateResult {
    const { session } = this;
    const { t } = session;
    const shown = this.#shown;
    if (shown) return this.#outcome(shown);
    if (!session.settings.valid) return this.#say(t('preview.invalid'), 'warning');
    if (this.#missing) return this.#say(t(this.#missing), 'info');
    return this.#say(this.#problems.map((problem) => problemText(session, problem)).join(' '), 'error');
  }

  #say(text: string, tone: string): TemplateResult {
    this.#summary = text;
    return html`<div class="finding ${tone} notice">${text}</div>`;
  }

  #outcome(shown: Shown): TemplateResult {
    const { session } = this;
    const { t } = session;
    // In a dry run all of it tells what there would be without it.
    const { made, dryRun } = shown;
    const world = worldOf(made.after);
    const outcome = outcomeOf(made);
    const origins = new Origins(made.report.trace);
    const verdict = verdictOf(session, shown, outcome);
    const old = !session.settings.valid ? t('preview.old') : this.#waiting ? t('preview.known.looking') : '';
    this.#summary = old || [dryRun ? t('preview.dry_run') : '', verdict.text].filter(Boolean).join(' ');
    return html`
      ${dryRun ? html`<div class="verdict nothing">${t('preview.dry_run')}</div>` : nothing}
      ${dryRun ? html`<p class="muted">${t('preview.dry_run.without')}</p>` : nothing}
      <div class="verdict ${verdict.tone}">${verdict.text}</div>
      ${session.account.directory ? nothing : html`<p class="muted small">${t('preview.demo_account')}</p>`}
      ${outcome.contacts.map((one) => card(session, 'contact', one, world, origins))}
      ${outcome.leads.map((one) => card(session, 'lead', one, world, origins))}
      ${activities(session, outcome, world)} ${explanation(session, made.report.trace, world)}
      ${requestList(session, made.requests)}
    `;
  }
}

const SEED = /^\/(account|users|pipelines|task_types|fields|contacts|leads|companies)\b/;

/** The sandbox refuses an account in codes of its own, which are nobody's fault here. */
function problemText(session: Session, problem: Problem): string {
  const { t } = session;
  if (SEED.test(problem.path)) return t('preview.bad_account', { place: problem.path });
  const known = session.knows(`problem.${problem.code}`);
  return known ? session.problemText(problem) : t('preview.failed', { code: problem.code });
}

customElements.define('ringostat-amocrm-preview', PreviewPane);
