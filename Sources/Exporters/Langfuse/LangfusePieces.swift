import Gateway
import Ledger
import Telemetry

/// The parts of a generation that are the same for many: names, escaped once.
struct LangfusePieces {
    private var models: [[UInt8]] = []
    /// By deployment: its instance, and the model's own name where another than the one asked for may answer.
    private var places: [[UInt8]] = []
    private var modelOfDeployment: [Int] = []
    private var errors: [[UInt8]] = []
    private var known: TelemetryNames?
    /// No request's events are longer than this many bytes.
    private(set) var longest = 0

    mutating func grow(to names: TelemetryNames) {
        guard names != known else { return }
        known = names
        models = names.models.map(QuotedText.quoted)
        errors = names.errors.map(QuotedText.quoted)
        modelOfDeployment = names.deployments.map(\.model)
        places = names.deployments.map { deployment in
            let instance = names.instances[deployment.instance]
            return Array(#","instance":"#.utf8) + QuotedText.quoted(instance.name) + Array(#","provider":"#.utf8)
                + QuotedText.quoted(instance.provider)
        }
        // Fixed text, five ids of at most 84 bytes, eight times, numbers of at most 21 digits: 2,200 bytes with room to spare.
        longest =
            2_400 + KeyLabel.capacity
            + [models, models, places, errors].reduce(0) { $0 + ($1.lazy.map(\.count).max() ?? 0) }
    }

    func model(_ index: Int) -> [UInt8] { index < 0 ? Array("null".utf8) : models[index] }

    /// The metadata's last members and its end, then the level.
    func writeEnd(_ record: RequestRecord, to line: inout LineWriter) {
        if record.deployment >= 0 {
            line.write(places[record.deployment])
            let answering = modelOfDeployment[record.deployment]
            if answering != record.model {
                line.write(#","answered_by":"#)
                line.write(models[answering])
            }
        }
        switch record.outcome {
        case .succeeded: line.write(#"},"level":"DEFAULT""#)
        case .cancelled: line.write(#"},"level":"WARNING","statusMessage":"the client left""#)
        case .failed, .rejected:
            line.write(#"},"level":"ERROR""#)
            if record.error >= 0 {
                line.write(#","statusMessage":"#)
                line.write(errors[record.error])
            }
        }
    }
}
