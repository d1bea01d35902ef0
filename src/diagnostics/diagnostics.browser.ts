/** A browser has no `diagnostics_channel`. */
import { identity } from 'rxjs';
import type { Diagnose } from './diagnostics.ts';

export const diagnose: Diagnose = () => identity;
