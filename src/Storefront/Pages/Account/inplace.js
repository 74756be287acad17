// Sends forms marked with data-inplace without leaving the page. The key is in the form, so sending again is the same request:
// when no answer comes it is sent again, and nothing happens twice. What cannot be done here the browser does as ever.
import { showTimes } from './times.js';

const triesMax = 4;
const wait = ms => new Promise(done => setTimeout(done, ms));

document.addEventListener('submit', async event => {
  const form = event.target.closest('form[data-inplace]');
  if (!form) return;
  event.preventDefault();
  if (form.getAttribute('aria-busy') === 'true') return;
  form.setAttribute('aria-busy', 'true');
  const button = form.querySelector('button');
  const said = button.innerHTML;
  button.textContent = form.dataset.inplace;
  const body = new URLSearchParams(new FormData(form));
  for (let tries = 1; ; tries++) {
    try {
      const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
      if ((answer.status < 500 && answer.status !== 429) || tries === triesMax) return await show(answer);
    } catch {
      if (tries === triesMax) {
        form.removeAttribute('aria-busy');
        button.innerHTML = said;
        return form.submit();    // the browser says what is wrong
      }
    }
    await wait(400 * 2 ** tries * (.75 + Math.random() / 2));
  }
});

/** Reads the page anew; false when it could not be had. */
export async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (!answer.ok) return false;
    await show(answer, true);
    return true;
  } catch {
    return false;
  }
}

async function show(answer, isQuiet = false) {
  const to = new URL(answer.url);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const next = page.getElementById('content');
  if (!next || answer.redirected && to.pathname.endsWith('/sign-in')) {
    location.assign(answer.url);
    return;
  }
  document.getElementById('content').replaceWith(next);
  document.title = page.title;
  if (answer.redirected) history.replaceState(null, '', to);
  showTimes(next);
  if (!isQuiet) {
    const target = next.querySelector('[autofocus]') ?? next.querySelector('h1');
    if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
    target.focus();
  }
  document.dispatchEvent(new Event('shown'));
}
