/** The self-signed certificate that the browser of the specs accepts. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const certificate = new X509Certificate(
  readFileSync(new URL('../fixtures/trusted.cert.pem', import.meta.url)),
);

/** Chromium's option for it: the SHA-256 of its public key. */
export const TRUSTED_KEY = createHash('sha256')
  .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
  .digest('base64');
