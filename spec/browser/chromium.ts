/** Debian's Chromium, which is installed by `.ci/run` and not by npm. */
import { existsSync } from 'node:fs';

/** Where it is; `CHROMIUM` names another one. Undefined where there is none. */
export const CHROMIUM = [process.env['CHROMIUM'] ?? '/usr/bin/chromium'].find((path) =>
  existsSync(path),
);

/** How it is started: without what needs a network, a GPU or another user than root. */
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
