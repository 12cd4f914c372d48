"""What touches storage for the monitor: a child process, so that a share that hangs holds up nobody else."""
