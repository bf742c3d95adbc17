"""The same cut seen by Nagios 4, by Icinga 2 and by netdiag."""
