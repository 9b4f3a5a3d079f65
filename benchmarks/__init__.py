"""Speed and memory of the package, measured against references in the same run. Run with `python -m benchmarks`."""
