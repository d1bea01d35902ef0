import type * as testing from '../../../src/testing/index.ts';
import { moduleOf } from '../remote.ts';

export const { startFakeMastodon } = moduleOf<typeof testing>('testing');
