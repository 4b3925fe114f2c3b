"""Files about the vocabulary: read line by line, compared with what is here, shown, then applied.

Each form of file has a module that makes a `plan.Plan` of it; `writing` carries out any plan.
"""
