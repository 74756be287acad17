// Works the total out again as soon as something is chosen that it depends on. Without this the buttons do.
const form = document.querySelector('[data-checkout]');
const address = ['email', 'name', 'line1', 'city', 'postalCode'];
let isAsking = false;
let isOutdated = false;

const isWhole = () => form && address.every(name => form.elements[name]?.value.trim() && form.elements[name].validity.valid);

async function update() {
  isOutdated = isAsking;
  if (isAsking) return;
  isAsking = true;
  form.querySelector('[data-part=totals]').setAttribute('aria-busy', 'true');
  try {
    let text;
    do { // one after the other, so that what was chosen last is what the shop heard last
      isOutdated = false;
      const body = new URLSearchParams(new FormData(form));
      body.set('do', 'update');
      const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
      text = await answer.text();
    } while (isOutdated);
    const page = new DOMParser().parseFromString(text, 'text/html');
    for (const old of form.querySelectorAll('[data-part]')) {
      const made = page.getElementById(old.id);
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      if (!made) { form.requestSubmit(form.querySelector('[data-order]')); return; }
      old.replaceWith(made);
      if (focused?.name) [...made.querySelectorAll('input,button')].find(one => one.name === focused.name && one.value === focused.value)?.focus();
    }
    tidy();
  } catch {
    // The buttons still work.
  } finally {
    isAsking = false;
    form.querySelector('[data-part=totals]')?.removeAttribute('aria-busy');
  }
}

function tidy() {
  const again = form.querySelector('[data-update]');
  if (again) again.hidden = true;
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
