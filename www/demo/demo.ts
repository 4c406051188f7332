// The demo page: embeds the widget as the Ringostat panel would. Project and token come behind the # of the address
// (`npm start` prints such an address), where no server sees them, or are typed.
import type { RingostatAmocrm } from '../widget/element.ts';

const form = document.querySelector<HTMLFormElement>('#who');
const given = new URLSearchParams(location.hash.slice(1));

function embed(project: string, token: string): void {
  const widget = document.createElement('ringostat-amocrm') as RingostatAmocrm;
  widget.setAttribute('project', project);
  widget.setAttribute('token', token);
  const lang = given.get('lang');
  if (lang) widget.setAttribute('lang', lang);
  // The panel asks its own server; here somebody has to bring one.
  widget.renewToken = async () => prompt('A new admin token')?.trim() ?? token;
  document.querySelector('#widget')?.replaceChildren(widget);
}

const [project, token] = [given.get('project'), given.get('token')];
if (project && token) embed(project, token);
else if (form) form.hidden = false;

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const data = new FormData(form);
  form.hidden = true;
  embed(String(data.get('project')), String(data.get('token')));
});
