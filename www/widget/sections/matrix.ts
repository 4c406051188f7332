import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class MatrixSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('matrix.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-matrix', MatrixSection);
