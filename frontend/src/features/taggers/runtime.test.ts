import { expect, it } from 'vitest';
import { describeRuntime } from './runtime';

const runtime = {
  name: 'OpenVINO, 8-bit weights',
  device: 'Xeon',
  images_per_second: 3.42,
  agreement: 0.00123,
};

it('says how fast a tagger runs and how far from full precision', () => {
  expect(describeRuntime(runtime)).toBe(
    'OpenVINO, 8-bit weights on Xeon: 3.4 images/s, within 0.0012 of full precision',
  );
});

it('says of full precision that it is it', () => {
  expect(describeRuntime({ ...runtime, name: 'torch, 32 bits', agreement: 0 })).toBe(
    'torch, 32 bits on Xeon: 3.4 images/s, in full precision',
  );
});
