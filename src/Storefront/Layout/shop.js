// On every page. What it adds can be missing: pages are whole without it.
import { forgetMe, showMe } from './me.js';
import { showTimes } from './times.js';

showTimes(document);
showMe();
document.addEventListener('submit', event => {
  if (/\/(sign-in|sign-out|register)$/.test(new URL(event.target.action).pathname)) forgetMe();
});
