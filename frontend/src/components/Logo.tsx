type Props = { size?: number };

/** The product's mark: a tag. */
export function Logo({ size = 28 }: Props) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
      focusable="false"
      style={{ flex: 'none' }}
    >
      <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
      <path
        d="M8 11.2V9.6C8 8.7 8.7 8 9.6 8h6.6c.5 0 1 .2 1.4.6l6.1 6.1c.8.8.8 2 0 2.8l-6.2 6.2c-.8.8-2 .8-2.8 0l-6.1-6.1c-.4-.4-.6-.9-.6-1.4z"
        fill="#fff"
      />
      <circle cx="12.6" cy="12.6" r="1.9" fill="var(--mantine-primary-color-filled)" />
    </svg>
  );
}
