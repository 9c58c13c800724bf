"""The agent of both proxies: reads SSM, writes Envoy's files, keeps Envoy running. No request passes through it."""
