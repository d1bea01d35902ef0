/** The version of this package; `spec/internal/version.spec.ts` compares it with package.json. */
export const VERSION = '0.1.0';
