import Kernels
import Tensors
extension Tensor {
    func argmax(alongAxis: Int) -> [Int] {
        (0..<shape[0]).map { r in
            var best = 0
            for j in 1..<shape[1] where scalars[r * shape[1] + j] > scalars[r * shape[1] + best] { best = j }
            return best
        }
    }
    func gather(_ a: [Int], alongAxis: Int) -> Tensor {
        let w = shape[1]
        return Tensor(a.indices.map { scalars[$0 * w + a[$0]] }, shape: [a.count, 1], inputs: [self]) { up, adj in
            adj.accumulate(into: self) { t in for i in a.indices { t[i * w + a[i]] += up[i] } }
        }
    }
}
