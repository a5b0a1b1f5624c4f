import LedgerStore

/// What is written down of the last day.
extension PoolHistory {
    /// What has changed since this was last asked.
    mutating func changes() -> (spans: [KeptSpan], moves: [KeptMove]) {
        var changes: (spans: [KeptSpan], moves: [KeptMove]) = ([], [])
        for name in boxes.keys { boxes[name]?.tell(as: name, &changes) }
        return changes
    }

    /// Takes what an earlier process has written, as what was before all that is known.
    mutating func restore(_ rows: KeptRows, at unixSeconds: Int64) {
        let oldest = unixSeconds / Self.spanSeconds - Int64(Self.mostSpans)
        let spans = Dictionary(grouping: rows.spans.filter { $0.number > oldest }, by: \.box)
        let moves = Dictionary(grouping: rows.moves, by: \.box)
        for (name, rows) in spans {
            boxes[name, default: Box()].restore(
                rows.map(Span.init), (moves[name] ?? []).map(Move.init))
        }
    }
}

extension PoolHistory.Box {
    fileprivate mutating func tell(as name: String, _ changes: inout (spans: [KeptSpan], moves: [KeptMove])) {
        // The last one that was told has gone on since.
        changes.spans += spans.filter { $0.number >= told }.map { KeptSpan($0, of: name) }
        changes.moves += moves.suffix(untold).map {
            KeptMove(box: name, unixSeconds: $0.unixSeconds, model: $0.model, isLoad: $0.isLoad)
        }
        told = max(told, spans.last?.number ?? told)
        untold = 0
    }

    fileprivate mutating func restore(_ before: [PoolHistory.Span], _ moved: [PoolHistory.Move]) {
        var all = Dictionary(spans.map { ($0.number, $0) }) { $1 }
        // One span can be both processes'.
        for span in before { all[span.number] = all[span.number].map { span.followed(by: $0) } ?? span }
        spans = all.values.sorted { $0.number < $1.number }
        moves = Array((moved + moves).suffix(PoolHistory.mostMoves))
        told = max(told, before.last?.number ?? told)
    }
}

extension PoolHistory.Span {
    fileprivate init(_ row: KeptSpan) {
        self.init(number: row.number)
        (looks, out, busiest, requests) = (row.looks, row.out, row.busiest, row.requests)
        (firstTokenMilliseconds, tokensPerSecond) = (row.firstTokenMilliseconds, row.tokensPerSecond)
        (loads, evictions) = (row.loads, row.evictions)
    }

    /// Both as one.
    fileprivate func followed(by other: Self) -> Self {
        var sum = self
        sum.looks += other.looks
        sum.out += other.out
        sum.busiest = max(busiest, other.busiest)
        sum.requests += other.requests
        sum.firstTokenMilliseconds = other.firstTokenMilliseconds ?? firstTokenMilliseconds
        sum.tokensPerSecond = other.tokensPerSecond ?? tokensPerSecond
        sum.loads += other.loads
        sum.evictions += other.evictions
        return sum
    }
}

extension PoolHistory.Move {
    fileprivate init(_ row: KeptMove) {
        self.init(unixSeconds: row.unixSeconds, model: row.model, isLoad: row.isLoad)
    }
}

extension KeptSpan {
    fileprivate init(_ span: PoolHistory.Span, of box: String) {
        self.init(box: box, number: span.number)
        (looks, out, busiest, requests) = (span.looks, span.out, span.busiest, span.requests)
        (firstTokenMilliseconds, tokensPerSecond) = (span.firstTokenMilliseconds, span.tokensPerSecond)
        (loads, evictions) = (span.loads, span.evictions)
    }
}
