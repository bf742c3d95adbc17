"""The lab's SNMP agents: BER, an ordered table of instances, the MIBs of each make."""
