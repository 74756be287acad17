// Whose page this is. The page is the same for everybody; this small answer is not.
export async function showMe() {
  let me;
  try {
    const answer = await fetch('/me.json', { credentials: 'same-origin', headers: { Accept: 'application/json' } });
    if (!answer.ok) return;
    me = await answer.json();
  } catch {
    return; // the header stays as it is for everybody
  }
  if (me.name) {
    const name = document.querySelector('[data-me=name]');
    if (name) name.textContent = me.name;
  }
  showUnits(me.units);
}

/** Shows how many things are in the cart; pages call it after they put something in. */
export function showUnits(units) {
  const badge = document.querySelector('[data-me=units]');
  if (!badge) return;
  badge.hidden = units === 0;
  badge.textContent = units > 99 ? '99+' : String(units);
  badge.setAttribute('aria-label', (units === 1 ? badge.dataset.one : badge.dataset.other).replace('{0}', units));
}
