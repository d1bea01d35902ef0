import { Component, inject } from '@angular/core';
import { Reader } from './reader';
import { Session } from './session';
import { SignIn } from './sign-in';

@Component({
  selector: 'app-root',
  imports: [Reader, SignIn],
  template: `
    @if (session.account()) {
      <app-reader />
    } @else {
      <app-sign-in />
    }
  `,
})
export class App {
  readonly session = inject(Session);
}
