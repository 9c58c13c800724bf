# shellcheck shell=bash
# Sourced by the scripts here: the sandbox's life. TWOWAY_SANDBOX_DIR says where it keeps its state.
export TWOWAY_SANDBOX_DIR=${TWOWAY_SANDBOX_DIR:-$PWD/build/sandbox}
export PYTHONPATH=$PWD/tests

sandbox_up() { python -m rig up --state-dir "$TWOWAY_SANDBOX_DIR"; }
sandbox_down() { python -m rig down --state-dir "$TWOWAY_SANDBOX_DIR"; }
