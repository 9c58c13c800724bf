# shellcheck shell=bash
# Sourced by the scripts here: the sandbox's life. TWOWAY_SANDBOX_DIR says where it keeps its state.
export TWOWAY_SANDBOX_DIR=${TWOWAY_SANDBOX_DIR:-$PWD/build/sandbox}
export PYTHONPATH=$PWD/tests

# What CloudWatch tells by the minute, the sandbox measures each second, so that nobody has to wait to see a canary judged.
sandbox_up() { python -m rig up --state-dir "$TWOWAY_SANDBOX_DIR" --metrics-scale 0.0167; }
sandbox_down() { python -m rig down --state-dir "$TWOWAY_SANDBOX_DIR"; }
