"""Statistics of Delphi studies: numbers in, findings out, with no clock, files, web, database or settings."""
