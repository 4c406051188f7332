import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class EmployeesSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('employees.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-employees', EmployeesSection);
