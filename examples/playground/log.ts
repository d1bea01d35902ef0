/** The log: the events of the diagram as text. */
import type { Line } from './sentences.ts';
import { timeOf } from './sentences.ts';

const LIMIT = 300;

/** Adds lines to a list, the newest last; consecutive heartbeats are one line with a count. */
export class Log {
  readonly #list: HTMLElement;
  readonly #scroller: HTMLElement;
  #beats = 0;

  constructor(list: HTMLElement) {
    this.#list = list;
    this.#scroller = list.parentElement!;
  }

  /** Adds a line. `at`: the time since the page was opened, in ms. */
  add({ by, tag, text }: Line, at: number): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const isAtEnd = scrollTop + clientHeight > scrollHeight - 40;
    this.#beats = tag === 'heartbeat' ? this.#beats + 1 : 0;
    if (this.#beats > 1) {
      this.#list.lastElementChild!.lastElementChild!.textContent = `${text} (${this.#beats} times)`;
      return;
    }
    const line = document.createElement('li');
    line.className = by;
    line.dataset['tag'] = tag;
    line.append(
      element('span', timeOf(at), 'time'),
      ' ',
      element('strong', tag),
      ' ',
      element('span', text),
    );
    this.#list.append(line);
    if (this.#list.childElementCount > LIMIT) this.#list.firstElementChild?.remove();
    if (isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}

function element(name: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}
