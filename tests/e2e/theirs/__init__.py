"""Another team's network and what runs in it, in both accounts, made by plain boto3 before the first playbook.

`python -m e2e.theirs make` makes it all, and keeps what the inventory and the tests must know in theirs.json.
"""
