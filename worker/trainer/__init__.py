import os

# Before torch is imported, which reads it once: where the cores are shared, threads that spin while
# they wait for each other double the processor time of a training and halve its speed.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
