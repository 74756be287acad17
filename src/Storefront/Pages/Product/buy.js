// One wish, one key: a second click, or the page sent again by a browser that heard no answer, puts nothing in twice.
for (const form of document.querySelectorAll('[data-product]')) {
  const key = document.createElement('input');
  key.type = 'hidden';
  key.name = 'key';
  form.append(key);
  const renew = () => {
    key.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
  };
  renew();
  addEventListener('pageshow', renew); // also when one comes back to the page as it was
}
