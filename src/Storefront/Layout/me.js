// Whose page this is. The page is the same for everybody; this small answer is not.
let asked = null;

/** { name, units, mark }: the mark tells one person from another and nothing else. Null when it cannot be had now. */
export function me() {
  asked ??= ask();
  return asked;
}

async function ask() {
  try {
    const answer = await fetch('/me.json', { credentials: 'same-origin', headers: { Accept: 'application/json' } });
    if (answer.ok) return await answer.json();
  } catch {
    // asked again by whoever needs it
  }
  asked = null;
  return null;
}

export async function showMe() {
  const found = await me();
  if (!found) return; // the header stays as it is for everybody
  if (found.name) {
    const name = document.querySelector('[data-me=name]');
    if (name) name.textContent = found.name;
  }
  showUnits(found.units);
}

/** Forgets what this browser keeps of a person, before another may come. */
export function forgetMe() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith('sale:')) localStorage.removeItem(name);
  } catch {
    // nothing is kept where nothing may be
  }
}

/** Shows how many things are in the cart; pages call it after they put something in. */
export function showUnits(units) {
  const badge = document.querySelector('[data-me=units]');
  if (!badge) return;
  badge.hidden = units === 0;
  badge.textContent = units > 99 ? '99+' : String(units);
  badge.setAttribute('aria-label', (units === 1 ? badge.dataset.one : badge.dataset.other).replace('{0}', units));
}
