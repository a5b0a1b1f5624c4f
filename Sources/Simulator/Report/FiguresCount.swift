import Balancer
import BoxModel

/// Counts a finished run.
struct FiguresCount {
    /// How many points a plot has over time.
    private static let pieces = 240

    let pool: SimulatedPool
    let workload: Workload
    let countedFrom: Int
    let table: RequestTable
    let predictions: PredictionErrors

    func figures(
        loads: [Int64], evictions: [Int64], workBefore: [Int64], workAfter: [Int64]
    ) -> (figures: Figures, traces: Traces) {
        let requests = workload.requests
        let counted = countedFrom..<requests.count
        var figures = Figures()
        var traces = Traces()
        guard let start = counted.first.map({ requests[$0].arrival }), let end = requests.last?.arrival else {
            return (figures, traces)
        }
        figures.requests = counted.count
        var completions: [Double] = []
        var interactive: [Double] = []
        var good = 0
        let objective = pool.objective.nanoseconds
        for request in counted {
            guard table.state[request] == .answered else {
                figures.lost += 1
                continue
            }
            let wait = table.firstTokenAt[request] - requests[request].arrival
            if wait <= objective { good += 1 }
            traces.timesToFirstToken.append(Double(wait) / 1e9)
            if requests[request].serviceClass == .interactive { interactive.append(Double(wait) / 1e9) }
            completions.append(Double(table.endedAt[request] - requests[request].arrival) / 1e9)
        }
        traces.timesToFirstToken.sort()
        completions.sort()
        figures.timeToFirstToken = Spread(sorted: traces.timesToFirstToken)
        figures.completion = Spread(sorted: completions)
        if !interactive.isEmpty { figures.interactiveP95 = Spread(sorted: interactive.sorted()).p95 }
        let thousands = Double(counted.count) / 1_000
        figures.goodput = Double(good) / Double(counted.count)
        figures.loadsPerThousand = Double(loads.count { $0 >= start }) / thousands
        figures.evictionsPerThousand = Double(evictions.count { $0 >= start }) / thousands
        let work = zip(workAfter, workBefore).reduce(0.0) { $0 + Double($1.0 - $1.1) }
        figures.utilisation = end > start ? work / Double(end - start) / Double(pool.boxes.count) : 0
        figures.mostLoaded = mostLoaded(counted)
        figures.prefixHits = prefixHits(counted)
        figures.jain = jain(counted)
        (figures.firstTokenError, figures.completionError) = predictions.medians(from: countedFrom)
        traces.seconds = Double(workload.span) / 1e9
        traces.open = open()
        return (figures, traces)
    }

    private func mostLoaded(_ counted: Range<Int>) -> Double {
        var work = Array(repeating: 0.0, count: pool.boxes.count)
        for request in counted where table.state[request] == .answered {
            let (box, asked) = (Int(table.box[request]), workload.requests[request])
            let gpu = pool.boxes[box].gpu
            let alone =
                Double(asked.promptTokens - table.cachedTokens[request]) / gpu.prefillTokensPerSecond
                + Double(asked.outputTokens) / gpu.decodeTokensPerSecond
            work[box] += alone / pool.models[Int(asked.model)].speed
        }
        let mean = work.reduce(0, +) / Double(work.count)
        return mean > 0 ? (work.max() ?? 0) / mean : 0
    }

    private func prefixHits(_ counted: Range<Int>) -> Double {
        var (cached, all) = (0.0, 0.0)
        for request in counted where table.state[request] == .answered {
            cached += Double(table.cachedTokens[request])
            all += Double(workload.requests[request].promptTokens)
        }
        return all > 0 ? cached / all : 0
    }

    private func jain(_ counted: Range<Int>) -> Double {
        var sums = Array(repeating: (waits: 0.0, count: 0.0), count: workload.keys)
        for request in counted where table.state[request] == .answered {
            let key = Int(workload.requests[request].key)
            sums[key].waits += Double(table.firstTokenAt[request] - workload.requests[request].arrival) / 1e9
            sums[key].count += 1
        }
        let means = sums.filter { $0.count > 0 }.map { $0.waits / $0.count }
        let (sum, squares) = means.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
        return squares > 0 ? sum * sum / (Double(means.count) * squares) : 1
    }

    /// How many requests are open over time, on average over each piece.
    private func open() -> [Double] {
        let requests = workload.requests
        guard workload.span > 0, let start = requests.first?.arrival else { return [] }
        let width = Double(workload.span) / Double(Self.pieces)
        // Of each piece the requests that are open at its begin, and the time by which those that come and go in it
        // change that.
        var steps = Array(repeating: 0.0, count: Self.pieces + 1)
        var sums = Array(repeating: 0.0, count: Self.pieces + 1)
        func add(_ sign: Double, _ time: Int64) {
            let at = Double(time - start) / width
            guard at < Double(Self.pieces) else { return }
            let piece = Int(at)
            sums[piece] += sign * (Double(piece + 1) - at)
            steps[piece + 1] += sign
        }
        for request in requests.indices {
            add(1, requests[request].arrival)
            add(-1, table.endedAt[request])
        }
        var open = 0.0
        return (0..<Self.pieces).map { piece in
            open += steps[piece]
            return open + sums[piece]
        }
    }
}
