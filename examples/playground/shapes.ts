/** Makes the elements of the diagram. */

/** Makes an element of SVG. */
export function svg(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (SVGElement | string)[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  element.append(...children);
  return element;
}

/** The radius of a marble. */
export const RADIUS = 13;

/** A post: a disc with its number. */
export const disc = (post: number): SVGElement[] => [
  svg('circle', { r: RADIUS }),
  svg('text', { dy: 4.5 }, `${post}`),
];

/** A post that was recovered: the disc has a ring. */
export const ringed = (post: number): SVGElement[] => [
  svg('circle', { r: RADIUS, class: 'ring' }),
  svg('circle', { r: RADIUS - 3 }),
  svg('text', { dy: 4.5 }, `${post}`),
];

/** A delete: a square, and the number in it is struck out. */
export const struck = (post: number): SVGElement[] => [
  svg('rect', { x: -12, y: -12, width: 24, height: 24, rx: 5 }),
  svg('text', { dy: 4.5 }, `${post}`),
  svg('path', { d: 'M-9 9L9 -9' }),
];

/** A heartbeat. */
export const beat = (): SVGElement[] => [svg('path', { d: 'M-6 0H-3L-1 -7L2 7L4 0H6' })];

/** A connection that opens: a triangle that points to the right. */
export const opens = (): SVGElement[] => [svg('path', { d: 'M-7 -9L10 0L-7 9Z' })];

/** A connection that is lost. */
export const cross = (): SVGElement[] => [svg('path', { d: 'M-7 -7L7 7M-7 7L7 -7' })];

/** A catch-up that has ended: a diamond with the number of recovered posts. */
export const diamond = (recovered: number): SVGElement[] => [
  svg('path', { d: 'M0 -15L15 0L0 15L-15 0Z' }),
  svg('text', { dy: 4.5 }, `${recovered}`),
];

/** A warning, or another event. */
export const mark = (): SVGElement[] => [
  svg('rect', { x: -9, y: -9, width: 18, height: 18, rx: 3 }),
  svg('text', { dy: 4.5 }, '!'),
];

/** An error that ends the stream. */
export const bar = (): SVGElement[] => [svg('path', { d: 'M0 -20V20' })];
