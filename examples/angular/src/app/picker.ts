import { ChangeDetectionStrategy, Component, computed, model, signal } from '@angular/core';
import { KINDS, wayOf, type Choice, type Kind } from './choices';

@Component({
  selector: 'app-picker',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <nav aria-label="Timelines">
      @for (kind of kinds; track kind) {
        <button
          type="button"
          [attr.aria-pressed]="kind === picked()"
          [class.chosen]="kind === picked()"
          (click)="pick(kind)"
        >
          {{ labelOf(kind) }}
        </button>
      }
    </nav>
    @if (asks(); as label) {
      <form class="argument" (submit)="choose($event, argument.value)">
        <label for="argument">{{ label }}</label>
        <input #argument id="argument" autocomplete="off" required [value]="known()" />
        <button type="submit">Show</button>
      </form>
    }
  `,
})
export class Picker {
  readonly choice = model.required<Choice>();
  readonly kinds = KINDS;
  readonly #wanted = signal<Kind | undefined>(undefined);
  readonly picked = computed(() => this.#wanted() ?? this.choice().kind);
  readonly asks = computed(() => wayOf(this.picked()).asks);
  readonly known = computed(() =>
    this.picked() === this.choice().kind ? this.choice().argument : '',
  );

  labelOf(kind: Kind): string {
    return wayOf(kind).label;
  }

  pick(kind: Kind): void {
    if (wayOf(kind).asks !== undefined) return this.#wanted.set(kind);
    this.#wanted.set(undefined);
    this.choice.set({ kind, argument: '' });
  }

  choose(event: Event, argument: string): void {
    event.preventDefault();
    this.choice.set({ kind: this.picked(), argument: argument.trim().replace(/^#/, '') });
    this.#wanted.set(undefined);
  }
}
