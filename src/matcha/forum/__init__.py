"""The forum composer: who is invited, who sits where, who meets whom. Values in, values out; no database, no clock."""
