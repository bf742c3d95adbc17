"""Can we work here, and does what was taught hold?"""
