import Files
import Workflows

/// Changes to a simulated run, as a command takes them: `policy=srpt`, `add=n1*2` (two more nodes like n1), `remove=n1`,
/// `speed=spot*0.8` (the nodes of a pool, or one node, at that part of their speed); several are joined by commas.
public struct WhatIf: Sendable {
    /// One of the changes.
    public enum Change: Sendable {
        /// Another policy.
        case policy(StreamPolicy)
        /// So many more nodes like the one of this name.
        case add(node: String, count: Int)
        /// The node of this name is not there.
        case remove(node: String)
        /// The nodes of this pool, or the node of this name, at a multiple of their speed.
        case speed(of: String, factor: Double)
    }

    /// The changes, in the order in which they are made.
    public var changes: [Change]
    /// As it was written.
    public var text: String

    /// Nodes that a change may add at the most.
    private static let mostNodes = 100_000
    /// Factors of a speed.
    private static let factors = 1e-6...1e6

    /// Reads the changes `text`.
    ///
    /// - Parameter policy: tells the policy of a name.
    /// - Throws: `InputError` that names the change; what `policy` throws.
    public init(
        parsing text: String, field: String = "--what-if", policy: (_ name: String) throws -> StreamPolicy
    ) throws {
        self.text = text
        changes = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let equals = part.firstIndex(of: "=") else {
                throw InputError("\"\(part)\" is no change; there are policy=, add=, remove= and speed=", field: field)
            }
            let (name, value) = (part[..<equals], String(part[part.index(after: equals)...]))
            let star = value.lastIndex(of: "*")
            let (subject, factor) = (
                star.map { String(value[..<$0]) } ?? value, star.map { value[value.index(after: $0)...] }
            )
            switch name {
            case "policy": return .policy(try policy(value))
            case "remove": return .remove(node: value)
            case "add":
                guard let count = factor.map({ Int($0) }) ?? 1, (1...Self.mostNodes).contains(count) else {
                    throw InputError("\"\(part)\" adds no number of nodes from 1 to \(Self.mostNodes)", field: field)
                }
                return .add(node: subject, count: count)
            case "speed":
                guard let factor = factor.flatMap({ Double($0) }), Self.factors.contains(factor) else {
                    throw InputError("\"\(part)\" names no factor from 1e-6 to 1e6 behind *", field: field)
                }
                return .speed(of: subject, factor: factor)
            default:
                throw InputError(
                    "\"\(name)\" is no change; there are policy=, add=, remove= and speed=", field: field)
            }
        }
    }

    /// `variant` with the changes.
    ///
    /// - Throws: `InputError` that names a node or pool that is not there, or says that no node would be left.
    public func applied(to variant: StreamVariant) throws -> StreamVariant {
        var variant = variant
        variant.name = text
        for change in changes {
            switch change {
            case .policy(let policy): variant.policy = policy
            case .add(let name, let count): try add(count, like: name, to: &variant.cluster)
            case .remove(let name):
                let place = try place(of: name, in: variant.cluster)
                guard variant.cluster.nodes.count > 1 else {
                    throw InputError("\"\(text)\" leaves no node", field: "--what-if")
                }
                variant.cluster.nodes.remove(at: place)
                variant.settings.disruptions = variant.settings.disruptions.compactMap { disruption in
                    var moved = disruption
                    if disruption.node > place { moved.node -= 1 }
                    return disruption.node == place ? nil : moved
                }
            case .speed(let name, let factor):
                let members = variant.cluster.nodes.indices.filter {
                    variant.cluster.nodes[$0].pool == name || variant.cluster.nodes[$0].name == name
                }
                guard !members.isEmpty else {
                    throw InputError("\"\(name)\" is neither a pool nor a node", field: "--what-if")
                }
                for node in members { variant.cluster.nodes[node].speed *= factor }
            }
        }
        return variant
    }

    private func place(of name: String, in cluster: Cluster) throws -> Int {
        guard let place = cluster.nodes.firstIndex(where: { $0.name == name }) else {
            throw InputError("\"\(name)\" is no node", field: "--what-if")
        }
        return place
    }

    /// Puts the new nodes behind all others, with names of their own.
    private func add(_ count: Int, like name: String, to cluster: inout Cluster) throws {
        var node = cluster.nodes[try place(of: name, in: cluster)]
        var names = Set(cluster.nodes.map(\.name))
        var number = 2
        for _ in 0..<count {
            while !names.insert("\(name)-\(number)").inserted { number += 1 }
            node.name = "\(name)-\(number)"
            cluster.nodes.append(node)
        }
    }
}
