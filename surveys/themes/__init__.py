"""Themes in what was written: codes given by hand, by coders who do not see each other's, and agreed on."""
