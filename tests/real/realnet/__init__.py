"""A small provider of network namespaces: real bridges, agents, servers, cables and faults."""
