// Sets an input's value unless what stands there already means the same: the cursor stays where it is.
import { noChange } from 'lit';
import {
  Directive,
  directive,
  type ElementPart,
  type PartInfo,
  PartType,
  type PropertyPart,
} from 'lit/directive.js';

class KeepTyped extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.PROPERTY) throw new Error('keepTyped is for properties');
  }

  render(shown: string, _read: (text: string) => unknown): unknown {
    return shown;
  }

  override update(part: ElementPart | PropertyPart, [shown, read]: Parameters<this['render']>): unknown {
    const { value } = part.element as HTMLInputElement;
    const same = JSON.stringify(read(value)) === JSON.stringify(read(shown));
    if (same && value !== '') return noChange;
    return shown;
  }
}

export const keepTyped = directive(KeepTyped);
