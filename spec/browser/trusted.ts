/** The one certificate that the browser of the specs trusts, though nobody signed it. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const certificate = new X509Certificate(
  readFileSync(new URL('../fixtures/trusted.cert.pem', import.meta.url)),
);

/** What Chromium is told about it: the SHA-256 of its public key. */
export const TRUSTED_KEY = createHash('sha256')
  .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
  .digest('base64');
