import Balancer
import Config
import Curl
import Exporters
import FoundationEssentials
import Gateway
import Locking
import Logging
import Telemetry

/// The exporters of a gateway; nothing at all where none is configured.
struct ExportParts {
    let service: ExportService
    let alerts: AlertDesk
}

extension Assembly {
    /// Which requests are traced.
    var traceSampler: TraceSampler? {
        guard let sampler = configuration.exports.traces?.sampler else { return nil }
        let root: TraceSampler =
            switch sampler.share {
            case 1: .always
            case 0: .never
            default: .ratio(sampler.share)
            }
        return sampler.followsParent ? .parentBased(root) : root
    }

    /// Makes them, and the way to them from the event loops.
    func exporters(_ telemetry: Telemetry, time: TimeSource) -> ExportParts? {
        let exports = configuration.exports
        guard !exportNames.isEmpty else { return nil }
        let counts = ExportCounts(exporters: exportNames)
        let curl = CurlMulti(maximumIdleConnections: 8)
        let transport = ExportTransport.over(curl)
        let logger = telemetry.logger("exporters")
        let tellsPrompts = configuration.drover.exportsPrompts
        var settings = ExportSettings()
        // Fewer in a body, since each may be as long as all others together without them.
        if tellsPrompts { settings.mostInBatch = 32 }
        func lane<Encoder: ExportEncoder>(_ place: ExportPlace, _ encoder: Encoder) -> ExportLane<Encoder> {
            ExportLane(
                place, encoder: encoder, settings: settings, transport: transport, counts: counts, logger: logger,
                time: time)
        }
        var exporters: [any RecordExporter] = []
        if let langfuse = exports.langfuse {
            let occasions = langfuse.occasions
            exporters.append(
                FilteredExporter(
                    lane(place(langfuse), LangfuseEncoder { telemetry.names }), isInside: langfuse.host.isInside
                ) { item in
                    // One that named no model here is no use of one.
                    item.record.model >= 0
                        && occasions.contains(item.record.outcome == .succeeded ? .success : .failure)
                })
        }
        if let traces = exports.traces {
            let encoder = TraceEncoder(
                TraceResource(
                    service: traces.service, version: version,
                    more: traces.attributes.map { (name: $0.name, value: $0.value) }),
                version: version,
                names: { telemetry.names })
            exporters.append(
                FilteredExporter(lane(place(traces), encoder), isInside: traces.endpoint.isInside) {
                    $0.record.trace?.own.isSampled == true
                })
        }
        let tellers: [any AlertTeller] = exports.alerts.map { alert in
            let place = ExportPlace(name: alert.kind.rawValue, url: alert.url.reveal(), headers: [])
            return lane(place, AlertEncoder(alert.kind == .slack ? .slack : .webhook))
        }
        let inbox = ExportInbox(
            limit: 16_384, counts: counts, prompts: tellsPrompts ? PromptRoom(bytes: 32 << 20) : nil)
        if !exporters.isEmpty { telemetry.export(into: inbox, counting: counts) } else { telemetry.count(counts) }
        let alerts = AlertDesk(tellers, time: time)
        return ExportParts(
            service: ExportService(inbox: inbox, exporters: exporters, alerts: alerts, curl: curl, time: time),
            alerts: alerts)
    }

    private var exportNames: [String] {
        let exports = configuration.exports
        return (exports.langfuse == nil ? [] : ["langfuse"]) + (exports.traces == nil ? [] : ["otel"])
            + exports.alerts.map(\.kind.rawValue)
    }

    private func place(_ langfuse: Configuration.Langfuse) -> ExportPlace {
        let keys = "\(langfuse.publicKey.reveal()):\(langfuse.secretKey.reveal())"
        return ExportPlace(
            name: "langfuse", url: "\(langfuse.host)/api/public/ingestion",
            headers: [CurlRequest.Header("Authorization", "Basic \(Data(keys.utf8).base64EncodedString())")])
    }

    private func place(_ traces: Configuration.Traces) -> ExportPlace {
        ExportPlace(
            name: "otel", url: "\(traces.endpoint)",
            headers: traces.headers.map { CurlRequest.Header($0.name, $0.value.reveal()) })
    }
}
