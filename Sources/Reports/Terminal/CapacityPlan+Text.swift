import Prediction
import Workflows

extension CapacityPlan {
    /// Lines of the table, at the most.
    private static let listed = 24

    /// The plan for a person: the forecast at moments up to the horizon, and the nodes for it.
    public var text: String {
        let unit = unit.map { " in \($0)" } ?? ""
        let columns = ["moment", "5 %", "median", "95 %"]
        var table = TextTable(
            columns + (nodes.isEmpty ? [] : ["nodes", "risk of shortage", "with those there are", "ask for them by"]))
        // Evenly, and the last one.
        let every = (forecasts.count + Self.listed - 1) / Self.listed
        for place in forecasts.indices where (place + 1) % every == 0 || place == forecasts.count - 1 {
            let forecast = forecasts[place]
            var cells = [Formatting.moment(forecast.at)]
            cells += [forecast.p05, forecast.p50, forecast.p95].map(Formatting.short)
            if !nodes.isEmpty {
                let need = nodes[place]
                cells += [
                    "\(need.needed)", Formatting.percent(need.riskOfShortage, 2),
                    Formatting.percent(need.riskWithPresentNodes, 2), Formatting.moment(need.requestBy),
                ]
            }
            table.append(cells)
        }
        let most = nodes.max { ($0.needed, $1.at) < ($1.needed, $0.at) }
        let words =
            most.map { "\nAt the most \($0.needed) nodes are needed, first at \(Formatting.moment($0.at))." } ?? ""
        return "\(series)\(unit), forecast every \(Formatting.seconds(intervalSeconds))\n\n\(table.text)\(words)"
    }
}
