/** Debian's Chromium, which `.ci/run` installs, not npm. */
import { existsSync } from 'node:fs';

/** The path of Chromium; `CHROMIUM` overrides it. Undefined if it is not installed. */
export const CHROMIUM = [process.env['CHROMIUM'] ?? '/usr/bin/chromium'].find((path) =>
  existsSync(path),
);

/** The options of Chromium: without features that need a network, a GPU or a user other than root. */
export const LAUNCH = {
  ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
