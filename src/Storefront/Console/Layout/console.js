// On every page of the console; pages are whole without it.
import { showTimes } from './times.js';

showTimes(document);

// A second click while a form is on its way is the same click.
document.addEventListener('submit', event => {
  if (event.target.dataset.sent) event.preventDefault();
  else event.target.dataset.sent = 'yes';
});
addEventListener('pageshow', () => { for (const form of document.forms) delete form.dataset.sent; });
