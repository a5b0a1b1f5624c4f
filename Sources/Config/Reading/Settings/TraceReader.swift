/// The variables of OpenTelemetry's exporters, by its specification of them.
struct TraceReader {
    private let variables: Variables
    private let log: DiagnosticLog

    init(_ variables: Variables, log: DiagnosticLog) {
        self.variables = variables
        self.log = log
    }

    /// - Parameter asked: the callback `otel`, where it is written. Without it a variable that says where traces go is as good.
    func read(asked: Located<String>?) -> Configuration.Traces? {
        guard variables.values["OTEL_SDK_DISABLED"]?.lowercased() != "true",
            variables.values["OTEL_TRACES_EXPORTER"]?.lowercased() != "none"
        else { return nil }
        let own = variables.first(of: ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
        let common = variables.first(of: ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_ENDPOINT"])
        guard asked != nil || own != nil || common != nil else { return nil }
        if let spoken = protocolName, spoken.value == "grpc" {
            warn(asked, "\(spoken.name) is grpc, and traces are sent over HTTP; the collector's port for that is 4318")
        }
        let written = own ?? common ?? (name: "", value: "http://localhost:4318")
        do throws(BaseURLFault) {
            let base = try BaseURL(written.value)
            let endpoint = own == nil && !base.path.hasSuffix("/v1/traces") ? try BaseURL("\(base)/v1/traces") : base
            var traces = Configuration.Traces(endpoint: endpoint, headers: headers(asked))
            if let name = variables.first(of: ["OTEL_SERVICE_NAME"]) { traces.service = name.value }
            if let more = variables.first(of: ["OTEL_RESOURCE_ATTRIBUTES"]) {
                traces.attributes = pairs(more, asked).map { .init(name: $0.name, value: $0.value) }
                let service = traces.attributes.first { $0.name == "service.name" }
                if let service, variables.values["OTEL_SERVICE_NAME"] == nil { traces.service = service.value }
            }
            if let sampler = sampler(asked) { traces.sampler = sampler }
            return traces
        } catch {
            warn(asked, "\(written.name): \(error), so no traces are sent")
            return nil
        }
    }

    private var protocolName: (name: String, value: String)? {
        variables.first(of: ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"])
    }

    private func warn(_ asked: Located<String>?, _ message: String) {
        log.warning(asked?.mark, asked?.path ?? "", message)
    }

    private func headers(_ asked: Located<String>?) -> [Configuration.Traces.Header] {
        let names = ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_HEADERS"]
        guard let written = variables.first(of: names) else { return [] }
        return pairs(written, asked).map { .init(name: $0.name, value: Secret($0.value)) }
    }

    /// `name=value,name=value`, the values with their special letters as `%20`. What is none of that is left out.
    private func pairs(
        _ written: (name: String, value: String), _ asked: Located<String>?
    ) -> [(name: String, value: String)] {
        written.value.split(separator: ",").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].filter { $0 != " " }
            guard parts.count == 2, !name.isEmpty, let value = Self.decoded(parts[1]) else {
                // Its value may be a key, so it is not shown.
                warn(asked, "\(written.name) expects name=value,name=value; a part of it is none, and is left out")
                return nil
            }
            return (String(name), value)
        }
    }

    /// Without the blanks around it; nil where something in it cannot stand in a header.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        while rest.last == UInt8(ascii: " ") { rest.removeLast() }
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private func sampler(_ asked: Located<String>?) -> Configuration.Sampler? {
        guard let written = variables.first(of: ["OTEL_TRACES_SAMPLER"]) else { return nil }
        var name = written.value.lowercased()[...]
        let followsParent = name.hasPrefix("parentbased_")
        if followsParent { name = name.dropFirst("parentbased_".count) }
        switch name {
        case "always_on": return Configuration.Sampler(share: 1, followsParent: followsParent)
        case "always_off": return Configuration.Sampler(share: 0, followsParent: followsParent)
        case "traceidratio":
            guard let argument = variables.first(of: ["OTEL_TRACES_SAMPLER_ARG"]) else {
                return Configuration.Sampler(share: 1, followsParent: followsParent)
            }
            guard let share = Double(argument.value), (0...1).contains(share) else {
                warn(
                    asked,
                    "OTEL_TRACES_SAMPLER_ARG is a share from 0 to 1, not \"\(argument.value)\"; all traces are kept")
                return Configuration.Sampler(share: 1, followsParent: followsParent)
            }
            return Configuration.Sampler(share: share, followsParent: followsParent)
        default:
            warn(
                asked, "no sampler is named \"\(written.value)\" (OTEL_TRACES_SAMPLER), so it is parentbased_always_on")
            return nil
        }
    }
}
