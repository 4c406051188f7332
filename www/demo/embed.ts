// The page for an iframe, for hosts whose own policy forbids WebAssembly. The host page sends
// `{"type":"ringostat-amocrm","project","token","lang"}` by postMessage once this one has said
// `{"type":"ringostat-amocrm-ready"}`; a new token is sent the same way when `{"type":"ringostat-amocrm-token"}` asks
// for it. The widget's events come back as `{"type":"ringostat-amocrm-event","event","detail"}`.
import type { RingostatAmocrm } from '../widget/element.ts';

interface Wanted {
  type: 'ringostat-amocrm';
  project: string;
  token: string;
  lang?: string;
}

const EVENTS = ['settings-saved', 'activation-changed', 'error'];

let widget: RingostatAmocrm | undefined;
let renewed: ((token: string) => void) | undefined;
let host: { window: MessageEventSource; origin: string } | undefined;

const tell = (message: Record<string, unknown>) =>
  host?.window.postMessage(message, { targetOrigin: host.origin });

const isWanted = (data: unknown): data is Wanted =>
  typeof data === 'object' &&
  data !== null &&
  (data as Wanted).type === 'ringostat-amocrm' &&
  typeof (data as Wanted).project === 'string' &&
  typeof (data as Wanted).token === 'string';

addEventListener('message', ({ data, source, origin }) => {
  // Only the page around this one: it brings the token itself, so there is nothing here to steal.
  if (source !== parent || parent === window || !isWanted(data)) return;
  host = { window: parent, origin };
  renewed?.(data.token);
  renewed = undefined;
  widget ??= embed();
  widget.setAttribute('project', data.project);
  widget.setAttribute('token', data.token);
  if (data.lang) widget.setAttribute('lang', data.lang);
});

function embed(): RingostatAmocrm {
  const made = document.createElement('ringostat-amocrm') as RingostatAmocrm;
  made.renewToken = () =>
    new Promise((resolve) => {
      renewed = resolve;
      tell({ type: 'ringostat-amocrm-token' });
    });
  for (const event of EVENTS) {
    made.addEventListener(event, (happened) => {
      tell({ type: 'ringostat-amocrm-event', event, detail: (happened as CustomEvent).detail });
    });
  }
  document.querySelector('main')?.append(made);
  return made;
}

// It says nothing but that it is there, so any page may hear it.
if (parent !== window) parent.postMessage({ type: 'ringostat-amocrm-ready' }, '*');
