// Admin tokens: JWTs (HS256) with the claims `project` and `exp`.
import { decodeJwt, type JWTPayload, jwtVerify } from 'jose';

/** The claims of a token that this secret signed and that is in time. */
export async function verified(token: string, secret: Uint8Array): Promise<JWTPayload | null> {
  try {
    const options = { algorithms: ['HS256'], requiredClaims: ['exp', 'project'] };
    return (await jwtVerify(token, secret, options)).payload;
  } catch {
    return null;
  }
}

/** What it says, whoever signed it: tells only who has to be asked. */
export function claimed(token: string): JWTPayload | null {
  try {
    return decodeJwt(token);
  } catch {
    return null;
  }
}
