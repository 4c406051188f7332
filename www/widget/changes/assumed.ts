// What amoCRM is taken to have known of an event's client: what it knew then is not kept, but what became of the event
// tells whether he was new, and whose client he was.
import type { EventView } from '../api.ts';

export interface Assumed {
  situation: 'nothing' | 'known_contact' | 'open_lead';
  /** Whose client he is. Null: nothing tells. */
  responsible: number | null;
}

/** `users`: who can be responsible. */
export function assumedOf(event: EventView, users: readonly number[]): Assumed {
  const situation = situationOf(event);
  const responsible = situation === 'nothing' ? null : ownerOf(event);
  return { situation, responsible: responsible !== null && users.includes(responsible) ? responsible : null };
}

/** Whether amoCRM has been asked who the client is. Who was not looked for is taken for new. */
export const wasLookedFor = ({ contact, trace }: EventView): boolean =>
  contact !== null || trace.some(({ code }) => code === 'new_client' || code === 'known_client');

function situationOf({ contact, lead, trace }: EventView): Assumed['situation'] {
  if (!contact || contact.created) return 'nothing';
  const open = trace.find(({ code }) => code === 'known_client')?.params.open_lead;
  // What this event made is no lead that was there before.
  if (typeof open === 'number') return lead?.created && lead.id === open ? 'known_contact' : 'open_lead';
  return lead && !lead.created ? 'open_lead' : 'known_contact';
}

function ownerOf({ trace }: EventView): number | null {
  const param = (wanted: string, name: string) => {
    const value = trace.find(({ code }) => code === wanted)?.params[name];
    return typeof value === 'number' ? value : null;
  };
  const answered = trace.some(
    ({ code, params }) => code === 'row_matched' && params.answered_by === 'responsible',
  );
  return (answered ? param('employee_found', 'user') : null) ?? param('crm_responsible', 'wanted');
}
