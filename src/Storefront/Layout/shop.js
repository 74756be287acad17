// On every page. What it adds can be missing: pages are whole without it.
import { showMe } from './me.js';
import { showTimes } from './times.js';

showTimes(document);
showMe();
