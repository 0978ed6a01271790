"""The register of scenarios: a function that is given a new world and fails, or does not."""
scenarios = []


def scenario(function):
  """Register a function under its own name. It is given a World that is not started yet."""
  scenarios.append(function)
  return function
