/** Pictures without files: SVG in data URLs. */

const urlOf = (svg: string): string => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/** The first letter of a name, on a colour. */
export const avatarOf = (name: string, hue: number): string =>
  urlOf(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" fill="hsl(${hue} 45% 42%)"/><text x="24" y="33" font-family="sans-serif" font-size="25" fill="#fff" text-anchor="middle">${name.slice(0, 1)}</text></svg>`,
  );

/** A cup, as a custom emoji. */
export const CUP = urlOf(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M17 10h2.5a2.5 2.5 0 0 1 0 6H16" fill="none" stroke="#8a5a3c" stroke-width="2"/><path d="M3 8h14v8a5 5 0 0 1-5 5H8a5 5 0 0 1-5-5z" fill="#c9825a"/><path d="M3 8h14v2.5H3z" fill="#5b3521"/><path d="M7 2c-1 1.5 1 2 0 3.5M12 2c-1 1.5 1 2 0 3.5" fill="none" stroke="#9aa3b2" stroke-width="1.5" stroke-linecap="round"/></svg>`,
);

/** A stone in the tide: the picture of an article. */
export const TIDE = urlOf(
  `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200" viewBox="0 0 320 200"><rect width="320" height="200" fill="#1f3b57"/><g fill="none" stroke="#7fb2d6" stroke-width="7" stroke-linecap="round"><path d="M-10 60q40-26 80 0t80 0 80 0 80 0 80 0"/><path d="M-10 100q40-26 80 0t80 0 80 0 80 0 80 0" opacity=".7"/><path d="M-10 140q40-26 80 0t80 0 80 0 80 0 80 0" opacity=".45"/></g><circle cx="226" cy="98" r="34" fill="#f2b45c"/></svg>`,
);

/** A harbour, with the sun at the position of `hour`. */
export const harbourAt = (hour: number): string => {
  const sky =
    hour < 9 ? ['#f6c8a0', '#8fb3d9'] : hour < 18 ? ['#bfe0f5', '#5f9fd0'] : ['#f08a5d', '#4a3f78'];
  const sun = {
    x: 80 + ((hour - 6) / 15) * 480,
    y: 250 - Math.sin(((hour - 5) / 17) * Math.PI) * 190,
  };
  const boat = (x: number, y: number, size: number): string =>
    `<g transform="translate(${x} ${y}) scale(${size})"><path d="M-40 0h80l-14 18h-52z" fill="#22303f"/><path d="M0-64v58h-34z" fill="#fff"/><path d="M4-52v46h24z" fill="#f3ede2"/></g>`;
  return urlOf(
    `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400" viewBox="0 0 640 400"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="${sky[1]}"/><stop offset="1" stop-color="${sky[0]}"/></linearGradient></defs><rect width="640" height="400" fill="url(#s)"/><circle cx="${sun.x}" cy="${sun.y}" r="34" fill="#ffe9b0"/><path d="M0 262 90 214l120 40 110-58 140 60 180-44v80H0z" fill="#3d5a6c" opacity=".55"/><rect y="262" width="640" height="138" fill="#2e6f8e"/><path d="M0 300h640M60 330h420M190 365h400" stroke="#fff" stroke-opacity=".25" stroke-width="5"/>${boat(150, 300, 0.7)}${boat(380, 330, 1.3)}${boat(540, 290, 0.5)}</svg>`,
  );
};
