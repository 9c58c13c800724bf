# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The sizes Fargate runs, as data with their source. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html (2026-11)
# CPU units -> memory in MiB: lowest, highest, step.
MEMORY = {
    512: (1024, 4096, 1024),
    1024: (2048, 8192, 1024),
    2048: (4096, 16384, 1024),
    4096: (8192, 30720, 1024),
    8192: (16384, 61440, 4096),
    16384: (32768, 122880, 8192),
}
SMALLEST = (512, 1024, 2048)  # for 256 CPU units
CPU = (256, *MEMORY)


def memory_fits(cpu: int, memory: int) -> bool:
    if cpu == 256:
        return memory in SMALLEST
    lowest, highest, step = MEMORY[cpu]
    return lowest <= memory <= highest and memory % step == 0


def memory_words(cpu: int) -> str:
    if cpu == 256:
        return ", ".join(str(size) for size in SMALLEST) + " MiB"
    lowest, highest, step = MEMORY[cpu]
    return f"{lowest} to {highest} MiB in steps of {step}"
