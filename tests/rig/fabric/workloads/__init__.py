"""The customer's processes: ECS tasks and EC2 instances."""
