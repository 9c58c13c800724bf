# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS allows, as data with its source. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html (2026-11)
RULES_PER_LOAD_BALANCER = 100  # adjustable; the default rule does not count
TARGET_GROUPS_PER_LOAD_BALANCER = 100  # not adjustable

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html (2026-11)
# CPU units -> memory in MiB: lowest, highest, step.
FARGATE_MEMORY = {
    512: (1024, 4096, 1024),
    1024: (2048, 8192, 1024),
    2048: (4096, 16384, 1024),
    4096: (8192, 30720, 1024),
    8192: (16384, 61440, 4096),
    16384: (32768, 122880, 8192),
}
FARGATE_SMALLEST = (512, 1024, 2048)  # for 256 CPU units
FARGATE_CPU = (256, *FARGATE_MEMORY)


def memory_fits(cpu: int, memory: int) -> bool:
    if cpu == 256:
        return memory in FARGATE_SMALLEST
    lowest, highest, step = FARGATE_MEMORY[cpu]
    return lowest <= memory <= highest and memory % step == 0


def memory_words(cpu: int) -> str:
    if cpu == 256:
        return ", ".join(str(size) for size in FARGATE_SMALLEST) + " MiB"
    lowest, highest, step = FARGATE_MEMORY[cpu]
    return f"{lowest} to {highest} MiB in steps of {step}"
