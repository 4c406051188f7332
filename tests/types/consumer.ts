// A strict consumer of the published types: it is never run, tsc must accept it.
import init, {
  type Accepted,
  type Action,
  type Answer,
  account_host,
  type CallListReader,
  type Clock,
  check_settings,
  consent_url,
  type Diagnostic,
  type Directory,
  default_settings,
  type Failure,
  type FormReader,
  Integration,
  type Journey,
  type ListRow,
  type Problem,
  Quota,
  type Reply,
  type Report,
  type Settings,
  send,
  type Ticket,
  type TokenAnswer,
  type TokenClaims,
  token_answer,
  token_claims,
  token_request,
  version,
} from 'ringostat-amocrm';
import initSandbox, { Sandbox } from 'ringostat-amocrm/sandbox';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export async function settings(document: string, directory?: Directory): Promise<Settings | Problem[]> {
  await init();
  const answer: Answer<{ settings: Settings; warnings: Diagnostic[] }> = check_settings(
    document,
    directory && JSON.stringify(directory),
  );
  if (answer.type === 'failure') {
    const failure: Failure = answer;
    return failure.errors;
  }
  const [first] = answer.warnings;
  return first?.severity === 'error' ? [first] : answer.settings;
}

export function read(integration: Integration, body: Uint8Array): Accepted | Problem[] {
  const reader: FormReader = integration.form_reader('application/json');
  const more: boolean = reader.push(body);
  const answer = JSON.parse(text(reader.finish(more ? '{}' : '{"idempotency_key":"k"}'))) as Answer<Accepted>;
  return answer.type === 'success' ? answer : answer.errors;
}

export function readCalls(integration: Integration, list: Uint8Array, clock: Clock): (Accepted | string)[] {
  const one = JSON.parse(
    text(integration.read_call('', '?call_id=1', list, JSON.stringify(clock))),
  ) as Answer<Accepted>;
  const reader: CallListReader = integration.call_list_reader('guess', JSON.stringify(clock));
  const rows = JSON.parse(text(reader.push(list))) as ListRow[];
  const end = JSON.parse(text(reader.finish())) as { rows: ListRow[]; problem: Problem | null };
  const read = [...rows, ...end.rows].map((row) => (row.type === 'call' ? row.accepted : row.code));
  return one.type === 'success' ? [one, ...read] : read;
}

export async function deliver(integration: Integration, ticket: Ticket): Promise<Report> {
  const journey: Journey = integration.deliver(JSON.stringify(ticket));
  const quota = new Quota(6);
  for (;;) {
    const wait: number = quota.take(Date.now());
    if (wait > 0) quota.penalize(Date.now(), 1);
    const action = JSON.parse(journey.next(Date.now())) as Action;
    switch (action.do) {
      case 'send': {
        const saved: Uint8Array = journey.snapshot();
        const reply: Reply = await send('https://demo.amocrm.ru', 't', JSON.stringify(action.request), 1000);
        if (reply.answered) {
          const { status, content_type, retry_after, body } = reply;
          journey.answered(status, content_type, retry_after ?? undefined, body, Date.now());
        } else journey.unanswered(reply.kind, Date.now());
        if (action.save) integration.resume(saved).free();
        break;
      }
      case 'lock':
        journey.granted(false, '{}', Date.now());
        break;
      case 'wait':
        throw new Error(`${action.status} until ${action.until}: ${action.reason.code}`);
      case 'done':
        return JSON.parse(text(journey.report())) as Report;
      default:
        return unreachable(action);
    }
  }
}

const unreachable = (value: never): never => {
  throw new Error(String(value));
};

export function survey(): Directory {
  const integration = new Integration(JSON.stringify(default_settings()), undefined, '{"settle_ms":1}');
  const journey = integration.survey(undefined);
  integration.lookup('{"phone":"380671112233"}').free();
  return JSON.parse(text(journey.result())) as Directory;
}

export async function sandbox(): Promise<string[]> {
  await initSandbox();
  const account = new Sandbox('{"seed":1,"base_url":"http://127.0.0.1:8788"}');
  return [
    account.handle('GET', '/api/v4/account', '{}', '', 0),
    account.state(0),
    account.reset('{}', 0),
    account.faults('{"faults":[]}'),
    account.switches('{}'),
    account.account('{"id":1}'),
    account.revoke('{}'),
    account.long_lived_token('{}', 0),
    version(),
  ];
}

export function oauth(status: number, body: Uint8Array): string | number | null {
  const host: string | undefined = account_host('acme.amocrm.ru');
  const request: string = token_request('id', 'secret', 'https://app.example/oauth', 'refresh', 'token');
  const answer: TokenAnswer = token_answer(status, body);
  if (answer.type !== 'granted') return host ?? consent_url('https://www.amocrm.ru/oauth', 'id', request);
  const claims: TokenClaims = token_claims(answer.access_token);
  return claims.exp ?? answer.expires_in;
}

// The tag decides what else is there.
export function wrong(answer: Answer<{ settings: Settings }>): void {
  // @ts-expect-error a failure has no settings
  answer.settings;
}
