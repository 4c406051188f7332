// A worker whose clock shows another time: what JavaScript is told, and what alarms are set for.

/** A module around the worker. Unix milliseconds; its clock goes on from there. */
export const workerAt = (time: number): string => `
const shift = ${time} - ${Date.now()};
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + shift);
    else super(...given);
  }
  static now() {
    return Real.now() + shift;
  }
};
const { default: worker, Accounts, Roster, Project: Own } = await import('./worker.js');
export default worker;
export { Accounts, Roster };
export class Project extends Own {
  constructor(ctx, env) {
    const { storage } = ctx;
    const { setAlarm, getAlarm } = storage;
    Object.defineProperty(storage, 'setAlarm', { value: (at) => setAlarm.call(storage, Number(at) - shift) });
    Object.defineProperty(storage, 'getAlarm', {
      value: async () => {
        const at = await getAlarm.call(storage);
        return at === null ? null : at + shift;
      },
    });
    super(ctx, env);
  }
}
`;
