"""The data plane: a World made of network namespaces, nftables, Envoy and real processes."""
