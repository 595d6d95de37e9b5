"""The web service and the command line: HTTP, email, files, settings and the clock.

Thin on purpose: a handler parses, calls one operation of `surveys`, and answers with a page. Rules live in
`surveys`, statistics in `analysis`.
"""
