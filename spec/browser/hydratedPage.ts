/** Runs in a page that was rendered by a server. */
import '@angular/compiler'; // must precede the code that it compiles
import { bootstrapApplication } from '@angular/platform-browser';
import { configOf, LivePage } from './livePage.ts';

const asked = new URLSearchParams(location.search);
void bootstrapApplication(LivePage, configOf(asked.get('server')!, asked.get('token')!));
