import { describe, expect, it } from 'vitest';
import { en } from '@/app/messages/en';
import { hasMessage, type Message, type MessageKey, t } from '@/lib/i18n';

describe('messages', () => {
  it('fill in their placeholders and group numbers', () => {
    expect(t('app.jobProgress', { done: 1200, total: 3500 })).toBe('1,200 of 3,500');
  });

  it('choose the plural by count', () => {
    expect(t('app.activeJobs', { count: 1 })).toBe('1 job at work');
    expect(t('app.activeJobs', { count: 2 })).toBe('2 jobs at work');
  });

  it('leave a text with braces alone when it is a value', () => {
    expect(t('app.goTo', { page: '{page}' })).toBe('Go to {page}');
  });

  it('are known by their keys', () => {
    expect(hasMessage('app.save')).toBe(true);
    expect(hasMessage('app.nothingLikeIt')).toBe(false);
  });

  it('are written: none is empty, and plurals count', () => {
    for (const [feature, messages] of Object.entries(en)) {
      for (const [name, message] of Object.entries(messages as Record<string, Message>)) {
        const texts = typeof message === 'string' ? [message] : [message.one, message.other];
        for (const text of texts) expect(text.trim(), `${feature}.${name}`).not.toBe('');
      }
    }
  });

  it('refuse missing placeholders at compile time', () => {
    // @ts-expect-error the placeholders of this message are `done` and `total`
    expect(t('app.jobProgress', { done: 1 })).toBe('1 of {total}');
    // @ts-expect-error there is no such message
    const key: MessageKey = 'app.nothingLikeIt';
    expect(t(key as 'app.save')).toBe(key);
  });
});
