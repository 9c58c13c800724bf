"""AWX 24.6.1 as far as these tests need it: its API, the rules of its workflows, and how it runs a job.

Written after its source at the tag 24.6.1; https://github.com/ansible/awx/tree/24.6.1/awx.
"""
