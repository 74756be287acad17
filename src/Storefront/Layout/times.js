// The server writes times in UTC, since a page is everybody's. Here they become the reader's own.
export function showTimes(within) {
  // The page's language, as people of the reader's country write it.
  const page = document.documentElement.lang;
  const language = navigator.languages.find(one => one.split('-')[0] === page.split('-')[0]) ?? page;
  const times = [...within.querySelectorAll('time[data-local]')].map(time => ({ time, width: time.offsetWidth }));
  for (const { time, width } of times) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    time.style.minWidth = `${width}px`;    // or a line that was broken before it is not any more, and the page moves
    time.textContent = new Intl.DateTimeFormat(language, time.dataset.local === 'date'
      ? { day: 'numeric', month: 'short', year: 'numeric' }
      : { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
    time.title = at.toLocaleString(language, { timeZoneName: 'long' });
  }
}
