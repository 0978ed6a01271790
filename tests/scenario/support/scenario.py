"""The register of scenarios: a function that is given a new world and fails, or does not."""
scenarios = []


def scenario(function):
  """Register a function under its own name. It is given a World that is not started yet."""
  scenarios.append(function)
  return function


def openldap_only(why):
  """Below @scenario: this one is about OpenLDAP, and says nothing on Active Directory."""
  def mark(function):
    function.openldap_only = why
    return function
  return mark


def active_directory_only(function):
  """Below @scenario: this one is about Active Directory, and is given an AdWorld."""
  function.active_directory_only = True
  return function


def not_sanitized(why):
  """Below @scenario: this one says nothing of a program with sanitizers, and is left out and counted then."""
  def mark(function):
    function.not_sanitized = why
    return function
  return mark


def root_only(why):
  """Below @scenario: this one mounts, or makes a network of its own; left out, and told of, for others than root."""
  def mark(function):
    function.root_only = why
    return function
  return mark


def slow(function):
  """Below @scenario: this one starts a server that takes a minute and is downloaded; `make check-slow` plays it."""
  function.slow = True
  return function
