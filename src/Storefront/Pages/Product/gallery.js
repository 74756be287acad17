// A gallery's links lead to its pictures by themselves; here without moving the page, and the one that is seen says so.
for (const gallery of document.querySelectorAll('[data-gallery]')) {
  const strip = gallery.querySelector('.gallery-strip');
  const pictures = [...strip.children];
  const links = [...gallery.querySelectorAll('.gallery-links a')];
  for (const [i, link] of links.entries()) {
    link.addEventListener('click', event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      strip.scrollTo({ left: pictures[i].offsetLeft - pictures[0].offsetLeft });
    });
  }
  const seen = new IntersectionObserver(entries => {
    for (const { target } of entries.filter(entry => entry.isIntersecting)) {
      for (const link of links) link.removeAttribute('aria-current');
      links[pictures.indexOf(target)].setAttribute('aria-current', 'true');
    }
  }, { root: strip, threshold: .6 });
  for (const picture of pictures) seen.observe(picture);
}
