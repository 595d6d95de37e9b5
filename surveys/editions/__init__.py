"""Local editions: what a local team makes of a published study for its own people and places.

Whatever is computed or shown here starts from `sources` (what the public may see of the study) and from
`local_tallies` (what may be seen of the local answers), so nothing that is hidden can be had by subtraction.
"""
