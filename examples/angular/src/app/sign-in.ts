import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { Session } from './session';

@Component({
  selector: 'app-sign-in',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <main class="sign-in">
      <h1>Timelines</h1>
      <p>Watch a Mastodon server live.</p>
      <form (submit)="signIn($event, server.value, token.value)">
        <label for="server">Server</label>
        <input
          #server
          id="server"
          name="server"
          type="text"
          inputmode="url"
          autocomplete="url"
          placeholder="mastodon.social"
          required
        />
        <label for="token">Access token</label>
        <input
          #token
          id="token"
          name="token"
          type="password"
          autocomplete="off"
          aria-describedby="about-token"
          required
        />
        <p class="hint" id="about-token">
          On your server: Preferences, Development, New application, with the scope
          <code>read</code>. It stays in this tab.
        </p>
        @if (problem(); as text) {
          <p class="problem" role="alert">{{ text }}</p>
        }
        <button type="submit">Watch</button>
        <button type="button" class="quiet" (click)="session.begin('demo')">
          Use the demo server
        </button>
      </form>
    </main>
  `,
})
export class SignIn {
  readonly session = inject(Session);
  readonly problem = signal<string | undefined>(undefined);

  signIn(event: Event, address: string, token: string): void {
    event.preventDefault();
    const server = originOf(address.trim());
    if (server === undefined) {
      this.problem.set('This is no address of a server: write it like mastodon.social.');
    } else {
      this.session.begin({ server, token: token.trim() });
    }
  }
}

/** The server's URL: https, or http for localhost; undefined for an invalid address. */
function originOf(address: string): string | undefined {
  const text = address.includes('://') ? address : `https://${address}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, origin } = new URL(text);
  const isHere = hostname === 'localhost' || hostname === '127.0.0.1';
  return protocol === 'https:' || (protocol === 'http:' && isHere) ? origin : undefined;
}
