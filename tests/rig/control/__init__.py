"""The control plane of the rig: moto's own server, extended in-process."""
