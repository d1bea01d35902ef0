/**
 * A plugin of TypeDoc: the guides link to folders of the repository, and the reference to its source, which the site does
 * not have. There, such a link is its text alone.
 */
import { PageEvent } from 'typedoc';

const FOLDER = /<a href="(?:\.\.\/)*media\/[^".]+">(.*?)<\/a>/g;
const SOURCE = /(?<=Defined in )<a href="[^"]*">(.*?)<\/a>/g;

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents?.replace(FOLDER, '$1').replace(SOURCE, '$1');
  });
}
