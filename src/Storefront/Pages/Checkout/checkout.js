// Works the total out again as soon as something is chosen that it depends on. Without this the buttons do. Nothing is ever
// ordered from here: that takes a click.
const form = document.querySelector('[data-checkout]');
const said = document.querySelector('[data-said]');
const address = ['email', 'name', 'line1', 'city', 'postalCode'];
const ANSWER_MAX_MS = 15_000;
let isAsking = false;
let isOutdated = false;

const isWhole = () => form && address.every(name => form.elements[name]?.value.trim() && form.elements[name].validity.valid);
const totals = () => form.querySelector('[data-part=totals]');

async function update() {
  isOutdated = isAsking;
  if (isAsking) return;
  isAsking = true;
  totals().setAttribute('aria-busy', 'true');
  try {
    let answer, text;
    do { // one after the other, so that what was chosen last is what the shop heard last
      isOutdated = false;
      const body = new URLSearchParams(new FormData(form));
      body.set('do', 'update');
      answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(ANSWER_MAX_MS) });
      text = await answer.text();
    } while (isOutdated);
    if (answer.redirected) location.assign(answer.url); // it was ordered elsewhere, or nobody is signed in any more
    else if (!show(new DOMParser().parseFromString(text, 'text/html'))) leave();
  } catch {
    leave();
  } finally {
    isAsking = false;
    totals().removeAttribute('aria-busy');
  }
}

/** Takes over what the answer says; false when it is another page. */
function show(page) {
  const parts = [...document.querySelectorAll('[data-part]')].map(old => [old, page.getElementById(old.id)]);
  if (parts.some(([, made]) => !made)) return false;
  const before = totals().dataset.total;
  for (const [old, made] of parts) take(old, made);
  for (const input of form.querySelectorAll('.field :is(input, select)')) if (!input.closest('[data-part]')) mark(input, page.getElementById(input.id));
  tidy();
  if (totals().dataset.total !== before) said.textContent = totals().dataset.total;
  return true;
}

// What is being typed, and where one is, stays.
function take(old, made) {
  for (const input of made.querySelectorAll('input[type=text]')) input.value = form.elements[input.name]?.value ?? input.value;
  const at = old.contains(document.activeElement) ? document.activeElement : null;
  const [from, to] = at?.type === 'text' ? [at.selectionStart, at.selectionEnd] : [];
  old.replaceWith(made);
  if (!at) return;
  const there = [...made.querySelectorAll('input, button')].find(one => at.matches('[data-order]')
    ? one.matches('[data-order]') : one.name === at.name && (one.type === 'text' || one.value === at.value));
  (there ?? made.querySelector('input, button'))?.focus({ preventScroll: true });
  if (there && from !== undefined) there.setSelectionRange(from, to);
}

// What is wrong with a field is told beside it, without touching what is written in it.
function mark(input, made) {
  const field = input.closest('.field');
  field.querySelector('.field-error')?.remove();
  const error = made?.closest('.field').querySelector('.field-error');
  if (error) field.append(error);
  for (const name of ['aria-invalid', 'aria-describedby']) {
    const value = made?.getAttribute(name) ?? null;
    if (value === null) input.removeAttribute(name);
    else input.setAttribute(name, value);
  }
}

// No answer, or none of ours: the page stays as it is, and its own button works the total out.
function leave() {
  for (const button of form.querySelectorAll('[data-update]')) button.hidden = false;
  const why = form.querySelector('[data-away]');
  why.hidden = false;
  said.textContent = why.textContent;
}

function tidy() {
  for (const button of form.querySelectorAll('[data-update]')) button.hidden = true;
}

if (form) {
  tidy();
  form.addEventListener('change', event => {
    const name = event.target.name;
    if (name === 'code' || name === 'line2' || (name === 'email' && !isWhole())) return;
    if (['country', 'shippingMethod', 'coupons', 'points', 'wallet'].includes(name) || isWhole()) update();
  });
  // Return in a field of the coupon code uses the code, and nothing is sent twice.
  form.addEventListener('keydown', event => {
    if (event.key === 'Enter' && event.target.name === 'code') {
      event.preventDefault();
      form.requestSubmit(form.querySelector('[value=code]'));
    }
  });
  let isSent = false;
  form.addEventListener('submit', event => {
    if (isSent) event.preventDefault();
    isSent = true;
    event.submitter?.setAttribute('aria-busy', 'true');
  });
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
}
