// A changed quantity is sent by itself; without this the button beside it does.
for (const form of document.querySelectorAll('[data-line]')) {
  const field = form.querySelector('[name=quantity]');
  const button = form.querySelector('[data-set]');
  if (!field || !button) continue;
  button.hidden = true;
  field.addEventListener('change', () => {
    if (field.reportValidity()) form.requestSubmit(button);
  });
}
