/** Runs in the page that a server has rendered. */
import '@angular/compiler'; // before what it compiles
import { bootstrapApplication } from '@angular/platform-browser';
import { configOf, LivePage } from './livePage.ts';

const asked = new URLSearchParams(location.search);
void bootstrapApplication(LivePage, configOf(asked.get('server')!, asked.get('token')!));
