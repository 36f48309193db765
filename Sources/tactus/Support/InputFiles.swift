import Files
import Workflows

/// The document at `path`; `-` reads standard input.
func readJSON(_ path: String) throws -> JSONField {
    JSONField(try JSONValue(parsing: readBytes(of: path == "-" ? "/dev/stdin" : path), file: path), file: path)
}

/// The cluster in the file at `path`.
func readCluster(_ path: String) throws -> Cluster { try Cluster(try readJSON(path)) }
