"""Footage and collections of images -> candidates, for a case.

Nothing here knows a bench: what belongs to a case is handed in, and what was found handed out.
"""
