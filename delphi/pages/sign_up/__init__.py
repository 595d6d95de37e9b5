"""The public page of a panel's sign-up link: what the study is, what is asked, and an entry that waits."""

from delphi.pages.sign_up.entry import SignUpPages

ROUTES = (SignUpPages,)
