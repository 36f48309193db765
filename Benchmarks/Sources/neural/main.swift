import Glibc
import Kernels

// Times the cases of Benchmarks/peers/neural_speed.py by the same names: for each name on standard input one line of JSON,
// so that a driver can let both take turns.

let cases = LSTMCases.all + DQNCases.all + GraphCases.all

for case let name? in AnyIterator({ readLine() }) {
    guard let found = cases.first(where: { $0.name == name }) else {
        print("{\"error\":\"no case \(name)\"}")
        continue
    }
    let time = medianMicroseconds(rounds: found.rounds, found.prepare())
    let products =
        CommandLine.arguments.contains("--alone")
        ? 0 : medianMicroseconds(rounds: found.rounds, found.prepareProducts())
    print("{\"case\":\"\(name)\",\"microseconds\":\(time),\"products\":\(products),\"operations\":\(found.operations)}")
    fflush(nil)
}
