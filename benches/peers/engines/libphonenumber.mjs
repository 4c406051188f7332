import { parsePhoneNumberFromString } from 'libphonenumber-js';

export const name = 'libphonenumber-js';
export const leavesOut = 'all but the phone';

export function phone(text) {
  const read = parsePhoneNumberFromString(text, 'UA');
  return read && { e164: read.number, national: read.nationalNumber };
}

export function same(one, other) {
  const number = parsePhoneNumberFromString(one, 'UA')?.number;
  return number !== undefined && parsePhoneNumberFromString(other, 'UA')?.number === number;
}
