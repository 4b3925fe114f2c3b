import { type Session, sessionEnd, sessionPassword, sessionStart, sessionStartByLink } from '@/client';

export const signIn = (username: string, password: string): Promise<Session> =>
  sessionStart({ body: { username, password } });

export const signInByLink = (token: string): Promise<Session> => sessionStartByLink({ body: { token } });

export const signOut = async (): Promise<void> => {
  await sessionEnd();
};

export const setPassword = (password: string): Promise<Session> => sessionPassword({ body: { password } });
