// One rule: the pipeline, the parameter that is looked at, and its values.
import { html, nothing, type TemplateResult } from 'lit';
import type { FunnelRule, Variable } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { variableGroups } from '../../ui/choices.ts';
import { listField, numberField, selectField, textField } from '../../ui/field.ts';
import { findings } from '../../ui/findings.ts';
import { suggestions } from './suggestions.ts';

export function rule(
  session: Session,
  given: FunnelRule,
  index: number,
  edit: (change: (rule: FunnelRule) => void) => void,
  buttons: TemplateResult,
): TemplateResult {
  const { t } = session;
  const path = `/funnel/${index}`;
  const known = suggestions(session, given.variable);
  return html`<li class="card" data-path=${path} data-row=${index}>
    <div class="row head">
      <strong>${t('pipelines.rule', { number: index + 1 })}</strong>
      ${buttons}
    </div>
    ${findings(session, path)}
    <div class="grid">
      ${pipelineField(session, given, path, edit)} ${stageField(session, given, path, edit)}
      ${variableField(session, given, path, edit)}
      ${
        typeof given.variable === 'string'
          ? nothing
          : textField({
              session,
              path: `${path}/variable/tracked`,
              label: t('pipelines.tracked'),
              value: given.variable.tracked,
              placeholder: 'roistat_visit',
              onInput: (tracked) =>
                edit((draft) => {
                  draft.variable = { tracked };
                }),
            })
      }
      ${listField({
        session,
        path: `${path}/equals`,
        label: t('pipelines.values'),
        hint: t('pipelines.values.hint'),
        value: given.equals,
        ...(known.length > 0 ? { list: `values-${index}` } : {}),
        onInput: (equals) =>
          edit((draft) => {
            draft.equals = equals;
          }),
      })}
    </div>
    ${
      known.length > 0
        ? html`<datalist id="values-${index}">${known.map((name) => html`<option value=${name}></option>`)}</datalist>
            ${more(session, given, known, edit)}`
        : nothing
    }
  </li>`;
}

/** Known values that the rule does not have yet, to be added. */
function more(session: Session, { equals }: FunnelRule, known: string[], edit: Edit) {
  const rest = known.filter((name) => !equals.includes(name));
  if (rest.length === 0) return nothing;
  return html`<div class="row small">
    <span class="muted">${session.t('pipelines.known')}</span>
    ${rest.map(
      (name) =>
        html`<button
          type="button"
          class="link"
          @click=${() =>
            edit((draft) => {
              draft.equals = [...draft.equals, name];
            })}
        >
          + ${name}
        </button>`,
    )}
  </div>`;
}

type Edit = (change: (rule: FunnelRule) => void) => void;

function pipelineField(session: Session, given: FunnelRule, path: string, edit: Edit): TemplateResult {
  const { t, account } = session;
  const common = { session, path: `${path}/pipeline`, label: t('pipelines.pipeline'), value: given.pipeline };
  const choose = (pipeline: number) =>
    edit((draft) => {
      draft.pipeline = pipeline;
      // A stage belongs to its pipeline.
      draft.status = null;
    });
  // Without the account only ids are known.
  if (account.pipelines.length === 0)
    return numberField({ ...common, hint: t('pipelines.pipeline.id'), min: 1, onInput: choose });
  return selectField({
    ...common,
    options: account.pipelines.map(({ id, name, is_archive, is_main }) => ({
      value: id,
      label: is_archive ? t('pipelines.archived', { name }) : is_main ? t('pipelines.main', { name }) : name,
    })),
    unknown: (id) => (id === 0 ? t('pipelines.choose') : t('pipelines.unknown', { id })),
    onChange: choose,
  });
}

function stageField(session: Session, given: FunnelRule, path: string, edit: Edit): TemplateResult {
  const { t, account } = session;
  const stages = account.pipelines.find(({ id }) => id === given.pipeline)?.statuses ?? [];
  return selectField<number | null>({
    session,
    path: `${path}/status`,
    label: t('pipelines.stage'),
    value: given.status,
    options: [
      { value: null, label: t('pipelines.stage.first') },
      ...stages.map(({ id, name }) => ({ value: id, label: name })),
    ],
    unknown: (id) => t('pipelines.stage.unknown', { id }),
    onChange: (status) =>
      edit((draft) => {
        draft.status = status;
      }),
  });
}

function variableField(session: Session, given: FunnelRule, path: string, edit: Edit): TemplateResult {
  const { t, settings } = session;
  const forms = settings.draft.forms.use_funnel_rules;
  const tracked: Variable = typeof given.variable === 'string' ? { tracked: '' } : given.variable;
  return selectField<Variable>({
    session,
    path: `${path}/variable`,
    label: t('pipelines.variable'),
    value: given.variable,
    groups: [
      ...variableGroups(session, (info) => info.calls || (forms && info.forms)),
      { label: t('pipelines.additional'), options: [{ value: tracked, label: t('pipelines.by_name') }] },
    ],
    unknown: (variable) => (typeof variable === 'string' ? t(`variable.${variable}`) : variable.tracked),
    onChange: (variable) =>
      edit((draft) => {
        draft.variable = variable;
      }),
  });
}
