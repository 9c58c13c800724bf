"""Proof by plain boto3 and real requests against a sandbox that is up; never by our own modules."""
