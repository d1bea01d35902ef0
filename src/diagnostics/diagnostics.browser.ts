/** Publishes nothing: a browser has no `diagnostics_channel`. */
import { identity } from 'rxjs';
import type { Diagnose, Diagnosis, ReportActivity } from './diagnostics.ts';

const SILENT: Diagnosis = { connecting: () => undefined, observe: () => identity };

export const diagnose: Diagnose = () => SILENT;

export const reportActivity: ReportActivity = () => undefined;
