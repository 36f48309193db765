import Glibc
import Kernels

// Times the cases of Benchmarks/peers/neural_speed.py by the same names: for each name on standard input one line of JSON,
// so that a driver can let both take turns.

let size = MatrixProduct(1000, 1000, 1000)
let peak = Case(
    name: "peak", rounds: 5, operations: 2e9, prepare: { run([size]) }, prepareProducts: { run([size]) })
let cases = [peak] + LSTMCases.all + DQNCases.all + GraphCases.all

for case let name? in AnyIterator({ readLine() }) {
    if let found = cases.first(where: { $0.name == name }) {
        let time = medianMicroseconds(rounds: found.rounds, found.prepare())
        let products = medianMicroseconds(rounds: found.rounds, found.prepareProducts())
        print(
            "{\"case\":\"\(name)\",\"microseconds\":\(time),\"products\":\(products),\"operations\":\(found.operations)}"
        )
    } else {
        print("{\"error\":\"no case \(name)\"}")
    }
    fflush(nil)
}
