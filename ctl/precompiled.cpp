// Nothing: the target that owns the commands' precompiled header needs one file.
