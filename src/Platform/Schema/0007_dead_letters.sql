-- In the order of the list, so that a page of it reads a page.
create index dead_letters_listed on messaging.dead_letters (died_at desc, id desc, consumer desc);
