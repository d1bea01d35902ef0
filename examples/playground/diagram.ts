/** The marble diagram: the server's lane above, the stream's below, and time from left to right. */
import type { StreamEvent } from 'mastodon-rx';
import { Axis } from './axis.ts';
import type { Happening } from './happening.ts';
import { lineOf, optionsOf, timeOf } from './sentences.ts';
import * as shapes from './shapes.ts';
import { RADIUS, svg } from './shapes.ts';

const HEIGHT = 250;
const SERVER = 78;
const STREAM = 166;
/** The width of the visible past, in px. */
const KEPT = 24_000;
/** The space to the right of now, in px. */
const AHEAD = 56;

/** Draws the events, and grows. */
export class Diagram {
  readonly #svg: SVGElement;
  readonly #scroller: HTMLElement;
  readonly #axis = new Axis();
  readonly #serverLine = svg('line', { class: 'lane', x1: 0, y1: SERVER, y2: SERVER });
  readonly #posts = new Map<number, { readonly x: number; readonly marble: SVGElement }>();
  #drawn: { readonly x: number; readonly element: SVGElement }[] = [];
  #streamLine: SVGElement | undefined;
  #tick = 0;
  /** The end of the texts below the stream. */
  #wordsEnd = 0;
  #follows = true;

  constructor(picture: SVGElement, scroller: HTMLElement) {
    this.#svg = picture;
    this.#scroller = scroller;
    picture.append(this.#serverLine);
    scroller.addEventListener('scroll', () => {
      const { scrollLeft, clientWidth, scrollWidth } = scroller;
      this.#follows = scrollLeft + clientWidth > scrollWidth - 2 * AHEAD;
    });
  }

  /** Moves now. `at`: the time since the page was opened, in ms. */
  advance(at: number): void {
    const now = this.#axis.x(at);
    for (; this.#tick * 5_000 <= at; this.#tick++) {
      const text = svg('text', { class: 'tick', y: HEIGHT - 8 }, `${this.#tick * 5} s`);
      const line = svg('path', { class: 'grid', d: `M0 34V${HEIGHT - 24}` });
      this.#put(now, [line, text], 'time', true);
    }
    this.#serverLine.setAttribute('x2', `${now}`);
    this.#streamLine?.setAttribute('x2', `${now}`);
    const from = Math.max(0, now - KEPT);
    const width = Math.max(now - from + AHEAD, this.#scroller.clientWidth);
    this.#svg.setAttribute('viewBox', `${from} 0 ${width} ${HEIGHT}`);
    this.#svg.setAttribute('width', `${width}`);
    if (this.#follows) this.#scroller.scrollLeft = this.#scroller.scrollWidth;
    const isOld = ({ x }: { readonly x: number }) => x < from;
    for (const { element } of this.#drawn.filter(isOld)) element.remove();
    if (from > 0) this.#drawn = this.#drawn.filter((each) => !isOld(each));
  }

  /** Draws an event. */
  add(happening: Happening, at: number): void {
    const { text } = lineOf(happening);
    switch (happening.type) {
      case 'posted': {
        const { post } = happening;
        const x = this.#axis.place('server', at, 2 * RADIUS + 3);
        const marble = this.#marble(x, SERVER, 'post', shapes.disc(post), text);
        this.#posts.set(post, { x, marble });
        break;
      }
      case 'removed':
        this.#inLane('server', at, 'delete', shapes.struck(happening.post), text);
        break;
      case 'fault': {
        const width = happening.name.length * 8 + 18;
        const x = this.#axis.place('faults', at, width + 4);
        const flag = [
          svg('path', { d: `M0 12V${SERVER - 20}` }),
          svg('rect', { x: -width / 2, y: -10, width, height: 22, rx: 6 }),
          svg('text', { dy: 5.5 }, happening.name),
        ];
        this.#marble(x, 20, 'fault', flag, text);
        break;
      }
      case 'subscribed':
        this.#subscribed(at, optionsOf(happening.switches));
        break;
      case 'failed':
        this.#inLane('stream', at, 'error', shapes.bar(), text);
        this.#streamLine = undefined;
        this.#say(at, 'error', 'bad');
        break;
      case 'event':
        this.#event(happening.event, happening.post, at, text);
    }
  }

  /** Marks the lost posts. */
  showLost(lost: ReadonlySet<number>): void {
    for (const [post, { marble }] of this.#posts) {
      const isLost = lost.has(post);
      if (marble.classList.contains('lost') === isLost) continue;
      marble.classList.toggle('lost', isLost);
      if (isLost) marble.append(svg('text', { class: 'fate', y: 29 }, 'lost'));
      else marble.querySelector('.fate')?.remove();
    }
  }

  #event(event: StreamEvent, post: number | undefined, at: number, text: string): void {
    const draw = (name: string, shape: SVGElement[], width?: number): number =>
      this.#inLane('stream', at, name, shape, text, width);
    switch (event.type) {
      case 'update': {
        const number = post ?? 0;
        const x = event.recovered
          ? draw('recovered', shapes.ringed(number))
          : draw('post', shapes.disc(number));
        this.#connect(number, x, event.recovered ? 'recovered' : 'live');
        break;
      }
      case 'delete':
        draw('delete', shapes.struck(post ?? 0));
        break;
      case 'heartbeat':
        draw('heartbeat', shapes.beat(), 16);
        break;
      case 'connected':
        this.#line('open', draw('connected', shapes.opens(), 24));
        break;
      case 'disconnected':
        this.#line('waiting', draw('disconnected', shapes.cross(), 22));
        this.#say(at, `waits ${timeOf(event.payload.retryIn)}`, 'wait');
        break;
      case 'caught-up':
        draw('caught-up', shapes.diamond(event.payload.recovered), 32);
        break;
      default:
        draw('warning', shapes.mark(), 20);
    }
  }

  #subscribed(at: number, options: string): void {
    const x = this.#axis.place('stream', at, 14);
    const line = svg('path', { d: `M0 ${-32}V48` });
    this.#marble(x, STREAM, 'subscribed', [line], options);
    this.#line('connecting', x);
    this.#say(at, options, 'options');
  }

  /** Writes a text below the stream. */
  #say(at: number, words: string, name: string): void {
    const width = words.length * 6.6 + 10;
    const x = this.#axis.x(at) + 6;
    const y = STREAM + (this.#wordsEnd > x ? 56 : 40);
    const text = svg('text', { y, class: 'words' }, words);
    this.#wordsEnd = Math.max(this.#wordsEnd, x + width);
    this.#put(x, [text], name);
  }

  /** Ends the line of the stream, and starts another one. */
  #line(name: string, x: number): void {
    this.#streamLine?.setAttribute('x2', `${x}`);
    this.#streamLine = svg('line', { class: `lane ${name}`, x1: x, x2: x, y1: STREAM, y2: STREAM });
    this.#serverLine.after(this.#streamLine);
    this.#drawn.push({ x: x + KEPT, element: this.#streamLine });
  }

  /** Draws a line for a post from the server's lane to the stream's. */
  #connect(post: number, x: number, name: string): void {
    const from = this.#posts.get(post)?.x;
    if (from === undefined) return;
    const [top, bottom] = [SERVER + RADIUS + 2, STREAM - RADIUS - 2];
    const half = (top + bottom) / 2;
    const d = `M${from} ${top}C${from} ${half} ${x} ${half} ${x} ${bottom}`;
    const way = svg('path', { class: `way ${name}`, d });
    this.#serverLine.after(way);
    this.#drawn.push({ x, element: way });
  }

  #inLane(
    lane: 'server' | 'stream',
    at: number,
    name: string,
    shape: SVGElement[],
    title: string,
    width = 2 * RADIUS + 3,
  ): number {
    const x = this.#axis.place(lane, at, width);
    this.#marble(x, lane === 'server' ? SERVER : STREAM, name, shape, title);
    return x;
  }

  #marble(x: number, y: number, name: string, shape: SVGElement[], title: string): SVGElement {
    const marble = svg('g', { transform: `translate(0 ${y})` }, svg('title', {}, title), ...shape);
    this.#put(x, [marble], `marble ${name}`);
    return marble;
  }

  #put(x: number, shape: SVGElement[], name: string, isBehind = false): void {
    const element = svg('g', { class: name, transform: `translate(${x} 0)` }, ...shape);
    if (isBehind) this.#svg.prepend(element);
    else this.#svg.append(element);
    this.#drawn.push({ x, element });
  }
}
