// One outbox and one reviewer for each person and tab. They outlive the page: answers go on being sent,
// and undo still works, after a look at another page.

import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/lib/api';
import { t } from '@/lib/i18n';
import { newId } from '@/lib/ids';
import { sessionQuery } from '@/lib/session';
import { dealCards, releaseCards, retractAnswer, sendAnswers } from './api';
import { Outbox, type Transport } from './outbox';
import { Preloader } from './preload';
import { Reviewer } from './reviewer';
import { Shelf } from './shelf';

export type Desk = { outbox: Outbox; reviewer: Reviewer };

const desks = new Map<number, Desk>();

export function deskOf(userId: number, client: QueryClient): Desk {
  const known = desks.get(userId);
  if (known) return known;
  const outbox = new Outbox(new Shelf(window.localStorage, userId, newId()), transportFor(userId, client));
  const preloader = new Preloader();
  const reviewer = new Reviewer({
    dealer: { deal: dealCards, release: releaseCards },
    outbox,
    preload: (pictures) => preloader.keep(pictures),
  });
  bind(outbox);
  outbox.open();
  const desk = { outbox, reviewer };
  desks.set(userId, desk);
  return desk;
}

/** Nobody's answers are sent in another person's name, whoever signed in meanwhile. */
function transportFor(userId: number, client: QueryClient): Transport {
  function check(): void {
    const signedIn = client.getQueryData(sessionQuery.queryKey)?.user?.id;
    if (signedIn !== userId) throw new ApiError('not_signed_in', t('review.unsentSignedOut'), 401);
  }
  return {
    async send(answers, options) {
      check();
      return sendAnswers(answers, options);
    },
    async retract(id) {
      check();
      return retractAnswer(id);
    },
  };
}

function bind(outbox: Outbox): void {
  window.addEventListener('online', () => outbox.wake());
  window.addEventListener('storage', (event) => {
    if (event.storageArea === window.localStorage) outbox.storageChanged(event.key, event.newValue);
  });
  window.addEventListener('pagehide', () => outbox.farewell());
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) outbox.open();
  });
  document.addEventListener('visibilitychange', () => {
    // A phone may end a hidden page without another word.
    if (document.visibilityState === 'hidden') void outbox.flush();
  });
}
