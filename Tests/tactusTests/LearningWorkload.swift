/// A short stream of trees and forks, which the tests of commands that learn learn from.
let learningWorkload = """
    schemaVersion: 1
    arrivals: {process: poisson, load: 0.9}
    count: 12
    applications:
      - {name: trees, family: in-tree, tasks: 8, width: 3}
      - {name: forks, family: fork-join, tasks: 12, width: 6}
    """
