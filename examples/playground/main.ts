/** Connects the page's buttons, switches and pictures with the story. */
import type { ConnectionState } from 'mastodon-rx';
import {
  animationFrames,
  filter,
  fromEvent,
  interval,
  map,
  merge,
  startWith,
  switchMap,
} from 'rxjs';
import { EMPTY, type Observable } from 'rxjs';
import { Diagram } from './diagram.ts';
import type { Switches } from './happening.ts';
import { Ledger } from './ledger.ts';
import { Log } from './log.ts';
import { lineOf, optionsOf, promiseOf, timeOf } from './sentences.ts';
import { tellStory } from './story.ts';
import { ACTIONS, Village, type Action } from './village.ts';

const find = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;

const isOn = (name: string): boolean => find(`input[name=${name}]`).matches(':checked');
const switches = (): Switches => ({
  reconnect: isOn('reconnect'),
  catchUp: isOn('catchUp'),
  backfill: isOn('backfill'),
});

const switches$ = merge(
  fromEvent(find('#switches'), 'change'),
  fromEvent(find('#again'), 'click'),
).pipe(startWith(undefined), map(switches));

const isAction = (name: string | undefined): name is Action =>
  ACTIONS.some((each) => each === name);

const pressed$ = fromEvent(document, 'click').pipe(
  map(({ target }) => (target as Element).closest<HTMLElement>('[data-action]')?.dataset['action']),
  filter(isAction),
);

/** Posts from time to time, and deletes less often, while the switch is on. */
const life$: Observable<Action> = fromEvent(find('#life'), 'change').pipe(
  startWith(undefined),
  map(() => isOn('others')),
  switchMap((others) => (others ? interval(2_500) : EMPTY)),
  map((turn) => (turn % 6 === 5 ? 'remove' : 'post')),
);

const started = performance.now();
const now = (): number => performance.now() - started;
const diagram = new Diagram(document.querySelector<SVGElement>('#diagram')!, find('#scroller'));
const log = new Log(find('#log ol'));
const ledger = new Ledger();

const status = find('#status');
const countdown = find('#countdown');
function showState({ status: state, retryIn }: ConnectionState): void {
  status.dataset['state'] = state;
  if (status.textContent !== state) status.textContent = state;
  countdown.textContent = retryIn === undefined ? '' : `again in ${Math.ceil(retryIn / 1_000)} s`;
}

function showScore(): void {
  for (const [name, count] of Object.entries(ledger.score)) {
    const output = find(`#score [data-count=${name}]`);
    output.textContent = `${count}`;
    output.parentElement!.classList.toggle('some', count > 0);
  }
}

tellStory(new Village(), merge(pressed$, life$), switches$).subscribe((told) => {
  if (told.type === 'state') {
    showState(told.state);
    return;
  }
  if (told.type === 'subscribed') {
    const options = optionsOf(told.switches);
    find('#code').textContent = options === 'no options' ? '{}' : options;
    find('#promise').textContent = promiseOf(told.switches);
  }
  ledger.take(told);
  log.add(lineOf(told), now());
  diagram.add(told, now());
  diagram.showLost(ledger.lost);
  showScore();
});

const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
const frames$: Observable<unknown> = isCalm ? interval(1_000) : animationFrames();
frames$.subscribe(() => {
  diagram.advance(now());
  find('#clock').textContent = timeOf(now());
});
