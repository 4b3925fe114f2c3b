"""Decode strangers' image files in a child process, so that a bad file costs one sentence.

A file that somebody sent may crash a decoder, make it loop or fill the memory. So nobody decodes
such files in their own process: `parent.Decoder` keeps a child (`python -m worker.decoder`) that
sets limits on itself and speaks one JSON object a line, and kills it when a file takes too long.
The child is started again for the next file.

Neither side imports Django or torch.
"""
