import Gateway

/// One event loop's counters: rows of plain numbers, one row for each model and deployment, in one flat array.
struct LoopCounters {
    /// Which row is whose; -1 stands for no such model or no deployment.
    struct RowKey: Sendable, Hashable {
        var model: Int32
        var deployment: Int32
    }

    /// Where each number lies in a row.
    enum Column {
        static let outcomes = 0
        /// As many as there are outcomes, in words that are known when this is compiled: else each is looked up at run time.
        static let retries = 4
        static let promptTokens = retries + 1
        static let completionTokens = retries + 2
        static let durationNanoseconds = retries + 3
        static let firstTokenNanoseconds = retries + 4
        static let fallbacks = retries + 5
        static let cloudCalls = retries + 6
        static let fenceRefusals = retries + 7
        static let cost = retries + 8
        static let comparedCost = retries + 9
        static let mendedCalls = retries + 10
        static let failedAttemptsCost = retries + 11
        static let tokenNanoseconds = retries + 12
        static let queueNanoseconds = retries + 13
        static let loadNanoseconds = retries + 14
        static let hedges = retries + 15
        static let duration = hedges + RequestHedge.allCases.count
        static let firstToken = duration + LatencyBuckets.request.count
        static let token = firstToken + LatencyBuckets.request.count
        static let queue = token + LatencyBuckets.token.count
        static let load = queue + LatencyBuckets.queue.count
        static let width = load + LatencyBuckets.load.count
    }

    private(set) var keys: [RowKey] = []
    private(set) var cells: [UInt64] = []
    private(set) var errors: [UInt64] = []
    private var deployments: [TelemetryNames.Deployment] = []
    private var instanceNames: [String] = []
    private var rowOfDeployment: [Int32] = []
    /// One more than there are models: the first row is for requests that name no configured model.
    private var rowOfModel: [Int32] = []
    /// Requests answered by another model's deployment (a fallback): rare, so found by search.
    private var otherRows: [RowKey: Int32] = [:]

    init(_ names: TelemetryNames) { grow(to: names) }

    /// Whether every index of the record has a row here.
    func covers(_ record: RequestRecord) -> Bool {
        record.model + 1 < rowOfModel.count && record.deployment < rowOfDeployment.count && record.error < errors.count
    }

    /// Makes room for names that were added, and counts from 0 where another name stands than before.
    mutating func grow(to names: TelemetryNames) {
        for index in deployments.indices where index < names.deployments.count {
            let (old, new) = (deployments[index], names.deployments[index])
            guard old != new || instanceNames[old.instance] != names.instances[new.instance].name else { continue }
            deployments[index] = new
            empty(deployment: index)
            keys[Int(rowOfDeployment[index])].model = Int32(new.model)
        }
        instanceNames = names.instances.map(\.name)
        for model in rowOfModel.count...max(rowOfModel.count, names.models.count) where model <= names.models.count {
            rowOfModel.append(appendRow(RowKey(model: Int32(model - 1), deployment: -1)))
        }
        for index in deployments.count..<max(deployments.count, names.deployments.count) {
            let deployment = names.deployments[index]
            deployments.append(deployment)
            rowOfDeployment.append(appendRow(RowKey(model: Int32(deployment.model), deployment: Int32(index))))
        }
        errors.append(contentsOf: repeatElement(0, count: max(0, names.errors.count - errors.count)))
    }

    /// Counts one finished request. Allocates only for the first answer of one model by another's deployment.
    mutating func count(_ record: RequestRecord) {
        let base = Int(row(model: record.model, deployment: record.deployment)) * Column.width
        if record.error >= 0 { errors[record.error] &+= 1 }
        cells.withUnsafeMutableBufferPointer { cells in
            let row = UnsafeMutableBufferPointer(rebasing: cells[base..<base + Column.width])
            row[Column.outcomes + Int(record.outcome.rawValue)] &+= 1
            row[Column.retries] &+= UInt64(max(0, record.furtherAttempts))
            row[Column.promptTokens] &+= UInt64(max(0, record.promptTokens))
            row[Column.completionTokens] &+= UInt64(max(0, record.completionTokens))
            row[Column.fallbacks] &+= UInt64(max(0, record.fallbacks))
            row[Column.cloudCalls] &+= UInt64(max(0, record.cloudCalls))
            row[Column.fenceRefusals] &+= UInt64(max(0, record.fenceRefusals))
            row[Column.mendedCalls] &+= UInt64(max(0, record.mendedCalls))
            // Most were never late.
            if record.hedges | record.moves != 0 {
                for event in RequestHedge.allCases { row[Column.hedges + event.rawValue] &+= event.count(in: record) }
            }
            row[Column.cost] &+= UInt64(max(0, record.cost))
            row[Column.comparedCost] &+= UInt64(max(0, record.comparedCost))
            let duration = max(0, record.durationNanoseconds)
            row[Column.durationNanoseconds] &+= UInt64(duration)
            row[Column.duration + LatencyBuckets.request.index(nanoseconds: duration)] &+= 1
            let firstToken = record.timeToFirstTokenNanoseconds
            if firstToken >= 0 {
                row[Column.firstTokenNanoseconds] &+= UInt64(firstToken)
                row[Column.firstToken + LatencyBuckets.request.index(nanoseconds: firstToken)] &+= 1
            }
            row[Column.failedAttemptsCost] &+= UInt64(max(0, record.failedAttemptsCost))
            if let token = record.nanosecondsPerToken {
                row[Column.tokenNanoseconds] &+= UInt64(token)
                row[Column.token + LatencyBuckets.token.index(nanoseconds: token)] &+= 1
            }
            // One that was never near the queue says nothing of waiting.
            if record.attempts > 0 || record.queueNanoseconds > 0 {
                let queue = max(0, record.queueNanoseconds)
                row[Column.queueNanoseconds] &+= UInt64(queue)
                row[Column.queue + LatencyBuckets.queue.index(nanoseconds: queue)] &+= 1
            }
            if record.loadNanoseconds >= 0 {
                row[Column.loadNanoseconds] &+= UInt64(record.loadNanoseconds)
                row[Column.load + LatencyBuckets.load.index(nanoseconds: record.loadNanoseconds)] &+= 1
            }
        }
    }

    private mutating func row(model: Int, deployment: Int) -> Int32 {
        guard deployment >= 0 else { return rowOfModel[model + 1] }
        if deployments[deployment].model == model { return rowOfDeployment[deployment] }
        let key = RowKey(model: Int32(model), deployment: Int32(deployment))
        if let known = otherRows[key] { return known }
        let added = appendRow(key)
        otherRows[key] = added
        return added
    }

    private mutating func empty(deployment: Int) {
        for row in keys.indices where keys[row].deployment == Int32(deployment) {
            for cell in row * Column.width..<(row + 1) * Column.width { cells[cell] = 0 }
        }
    }

    private mutating func appendRow(_ key: RowKey) -> Int32 {
        keys.append(key)
        cells.append(contentsOf: repeatElement(0, count: Column.width))
        return Int32(keys.count - 1)
    }
}
