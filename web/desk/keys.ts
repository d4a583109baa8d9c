/** Passwords, identities and sealing: the only file that touches cryptography. */

import { scryptAsync } from "@noble/hashes/scrypt.js";
import {
  Decrypter,
  Encrypter,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import { fromBase64, toBase64 } from "./bytes.js";

// The same figures stand in bot/desk/demo_identity.py.
const STRETCH = { N: 2 ** 16, r: 8, p: 1, dkLen: 64 } as const;
// The unlock key is 256 bits out of scrypt; stretching it again would gain nothing.
const WRAP_WORK_FACTOR = 10;
const SALT_BYTES = 16;
const SIGN_IN_BYTES = 32;
const UNMISTAKABLE = "abcdefghijkmnpqrstuvwxyz23456789"; // no l, o, 0, 1; 32 signs

/** What a password becomes: one key is sent, the other never leaves the page. */
export interface PasswordKeys {
  readonly signIn: string;
  readonly unlock: string;
}

export function newSalt(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SALT_BYTES));
}

/** Stretches the password; `report` hears how much is done, from 0 to 1. */
export async function derivePasswordKeys(
  password: string,
  salt: Uint8Array,
  report: (done: number) => void,
): Promise<PasswordKeys> {
  const options = { ...STRETCH, onProgress: report };
  const bytes = await scryptAsync(password.normalize("NFKC"), salt, options);
  const keys = {
    signIn: toBase64(bytes.subarray(0, SIGN_IN_BYTES)),
    unlock: toBase64(bytes.subarray(SIGN_IN_BYTES)),
  };
  bytes.fill(0);
  return keys;
}

/** Twenty random signs in four groups: about 100 bits. */
export function proposePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  const signs = Array.from(bytes, (byte) => UNMISTAKABLE[byte % 32] ?? "");
  return [0, 5, 10, 15].map((at) => signs.slice(at, at + 5).join("")).join("-");
}

export function newIdentity(): Promise<string> {
  return generateX25519Identity();
}

/** The public half of an identity; fails when this is not an identity. */
export function recipientOf(identity: string): Promise<string> {
  return identityToRecipient(identity);
}

export async function wrapIdentity(identity: string, unlock: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(unlock);
  encrypter.setScryptWorkFactor(WRAP_WORK_FACTOR);
  return toBase64(await encrypter.encrypt(identity));
}

export async function unwrapIdentity(wrapped: string, unlock: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(unlock);
  return decrypter.decrypt(fromBase64(wrapped), "text");
}

/** Opens a sealed text with an identity. */
export async function openSealed(sealed: string, identity: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity.trim());
  return decrypter.decrypt(fromBase64(sealed), "text");
}

/** Seals a text so that only the holder of the recipient's identity opens it. */
export async function seal(text: string, recipient: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return toBase64(await encrypter.encrypt(text));
}
