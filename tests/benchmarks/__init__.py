"""Measured, not tested: how fast Delphi is on this machine, beside the raw drivers in the same run."""
